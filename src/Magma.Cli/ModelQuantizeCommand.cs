using System.CommandLine;
using System.Globalization;
using Magma.Models.Checkpoints;

namespace Magma.Cli;

/// <summary><c>magma model quantize</c>: a checkpoint with the decoder's linear layers in 8 or 4 bits.</summary>
internal static class ModelQuantizeCommand
{
    public static Command Create()
    {
        var source = new Argument<DirectoryInfo>("dir") { Description = "A checkpoint folder." };
        var target = new Option<DirectoryInfo>("--out") { Description = "The new folder.", Required = true };
        var bits = new Option<int>("--bits") { Description = "8 or 4.", DefaultValueFactory = _ => 8 };
        var group =
            new Option<int?>("--group") { Description = "Columns that share a scale: 64 or 128, with 4 bits also 32 (then the default)." };
        var command = new Command("quantize", "Store the decoder's linear layers in 8 or 4 bits.") { source, target, bits, group };
        command.SetAction((arguments, cancellation) =>
        {
            string from = arguments.GetRequiredValue(source).FullName, to = arguments.GetRequiredValue(target).FullName;
            int width = arguments.GetValue(bits), columns = arguments.GetValue(group) ?? (width == 4 ? 32 : 64);
            if ((width, columns) is not ((8 or 4, 64 or 128) or (4, 32)))
            {
                throw new InvalidDataException(
                    $"--bits {width} with --group {columns} cannot be stored; 8 bits take groups of 64 or 128, 4 bits 32, 64 or 128.");
            }

            // What could not be loaded afterwards is refused before anything is written.
            MagmaCheckpoint.Load(from).Dispose();
            CheckpointQuantizer.Run(from, to, width, columns, cancellation);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{Bytes(from):N0} bytes of weights became {Bytes(to):N0} in {to}"));
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    private static long Bytes(string folder) => Directory.EnumerateFiles(folder, "*.safetensors").Sum(path => new FileInfo(path).Length);
}
