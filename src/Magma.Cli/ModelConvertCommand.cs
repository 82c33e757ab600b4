using System.CommandLine;
using Magma.Data;
using Magma.Models.Checkpoints;
using Magma.Torch;
using TorchSharp;

namespace Magma.Cli;

/// <summary>
/// <c>magma model convert</c>: weights in PyTorch files or safetensors to safetensors, without running anything they hold.
/// </summary>
internal static class ModelConvertCommand
{
    public static Command Create()
    {
        var source =
            new Argument<string>("in") { Description = "A checkpoint folder, a .bin, .pt or .pth file, a .safetensors file or an index." };
        var target = new Option<DirectoryInfo>("--out") { Description = "The new folder.", Required = true };
        var type = new Option<string?>("--type")
        {
            Description = "Type of the floating point weights: float32, bfloat16 or float16; as they are where not given.",
        };
        var command = new Command("convert", "Write weights as safetensors, and the small files beside them.") { source, target, type };
        command.SetAction((arguments, cancellation) =>
        {
            string path = arguments.GetRequiredValue(source), folder = arguments.GetRequiredValue(target).FullName;
            torch.ScalarType? wanted = TypeOf(arguments.GetValue(type));
            using ITensorFile weights = TensorFiles.Open(path);
            List<TensorEntry> entries = [.. weights.Names.Order(StringComparer.Ordinal).Select(name => weights.Find(name)!)];
            RefuseUnwritable(path, entries);
            using AtomicFolder made = AtomicFolder.Create(folder);
            ShardedWriter.Write(made.Path, [.. entries.Select(entry => (entry.Name, Bytes(entry, wanted)))], name =>
            {
                cancellation.ThrowIfCancellationRequested();
                return Converted(weights.Load(name), wanted);
            });
            MagmaCheckpoint.CopySmallFiles(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!, made.Path);
            made.Commit();
            Console.WriteLine($"{entries.Count} tensors in {folder}");
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    private static torch.ScalarType? TypeOf(string? name) => name switch
    {
        null => null,
        "float32" => torch.ScalarType.Float32,
        "bfloat16" => torch.ScalarType.BFloat16,
        "float16" => torch.ScalarType.Float16,
        _ => throw new InvalidDataException($"--type is '{name}', expected float32, bfloat16 or float16"),
    };

    // Everything is known before the first byte is written.
    private static void RefuseUnwritable(string path, List<TensorEntry> entries)
    {
        if (entries.Find(entry => entry.DType == "C128") is { } complex)
        {
            throw new InvalidDataException(
                $"{path}: '{complex.Name}' holds complex numbers of two doubles, for which safetensors has no type");
        }
    }

    private static long Bytes(TensorEntry entry, torch.ScalarType? wanted)
    {
        long size = entry.DType switch
        {
            "F64" or "F32" or "F16" or "BF16" when wanted is { } type => type.ElementSize(),
            "F64" or "I64" or "U64" or "U32" or "C64" => 8,
            "F32" or "I32" or "U16" => 4,
            "F16" or "BF16" or "I16" or "F8_E4M3" or "F8_E5M2" => 2,
            _ => 1,
        };
        return entry.Shape.Aggregate(size, (product, length) => product * length);
    }

    private static torch.Tensor Converted(torch.Tensor tensor, torch.ScalarType? wanted)
    {
        if (wanted is not { } type || !tensor.is_floating_point() || tensor.dtype == type) return tensor;
        using (tensor) return tensor.to(type);
    }
}
