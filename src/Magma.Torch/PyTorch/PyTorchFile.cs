using System.Buffers.Binary;
using System.Numerics;
using Magma.Torch.Native;

namespace Magma.Torch;

/// <summary>
/// Reads what <c>torch.save</c> wrote (<c>.pt</c>, <c>.pth</c>, <c>.bin</c>, <c>.ckpt</c>) without running any of it: the pickle may only ask
/// for the names that tensors need, anything else is refused by name. Both layouts are read, the zip file (PyTorch 1.6 and later) and the
/// older one. The file is mapped, and a tensor lies in the map where the file allows it.
/// </summary>
public sealed class PyTorchFile : IDisposable
{
    private const int LargestPickle = 1 << 28;

    private static readonly string[] StateDictionaries = ["state_dict", "model_state_dict", "model", "module"];
    private static readonly BigInteger LegacyMagic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber);

    private readonly PyTorchStorages storages;

    private PyTorchFile(PyTorchStorages storages, object? root)
    {
        this.storages = storages;
        Root = root;
        StateDict = Tensors(StateDictionary(root));
    }

    /// <summary>
    /// The saved object: <see cref="PyTorchDictionary"/>, <c>List&lt;object?&gt;</c>, <c>object?[]</c> for tuples and sizes, string, long,
    /// <see cref="BigInteger"/>, double, bool, <c>byte[]</c>, null, <see cref="PyTorchTensor"/>. It may be nested deeply; hostile files can
    /// make a list its own member.
    /// </summary>
    public object? Root { get; }

    /// <summary>
    /// The tensors of the state dictionary by name: of the saved object's entry "state_dict", "model_state_dict", "model" or "module", the
    /// first that holds tensors, else of the saved object itself. Empty when none does.
    /// </summary>
    public IReadOnlyDictionary<string, PyTorchTensor> StateDict { get; }

    /// <summary>Opens and checks a file; tensors are not loaded yet.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, of another format, or asks for more than tensors; the message says what.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PyTorchFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            return IsZip(file) ? OpenZip(file) : OpenLegacy(file);
        }
        catch (InvalidDataException problem)
        {
            file.Dispose();
            throw new InvalidDataException($"{path}: {problem.Message}", problem);
        }
    }

    /// <summary>Closes the file; tensors that were loaded keep their memory.</summary>
    public void Dispose() => storages.Dispose();

    private static bool IsZip(MappedFile file) => file.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(file.Bytes(0, 4)) == 0x04034B50;

    private static PyTorchFile OpenZip(MappedFile file)
    {
        var directory = new ZipDirectory(file);
        var pickle = directory.Records.FirstOrDefault(record => record.Name.EndsWith("/data.pkl", StringComparison.Ordinal) && record.Name.Count(letter => letter == '/') == 1)
            ?? throw new InvalidDataException("a zip file without data.pkl is no PyTorch checkpoint");
        var folder = pickle.Name[..^"data.pkl".Length];
        if (directory.Find($"{folder}constants.pkl") is not null)
        {
            throw new InvalidDataException("a TorchScript program, which holds code; save the model's state_dict() with torch.save");
        }

        var storages = new ZipStorages(file, directory, folder);
        if (directory.Find($"{folder}byteorder") is { } order && !storages.Read(order, 64).AsSpan().SequenceEqual("little"u8))
        {
            throw new InvalidDataException("written on a machine with the highest byte first; only the lowest first is read");
        }

        var reader = new PickleReader(storages.Read(pickle, LargestPickle), new(storages));
        return new(storages, reader.Read());
    }

    private static PyTorchFile OpenLegacy(MappedFile file)
    {
        var position = 0L;
        var storages = new LegacyStorages(file);
        if (file.Length < 2 || file.Bytes(0, 1)[0] != 0x80 || Next() is not BigInteger magic || magic != LegacyMagic)
        {
            throw new InvalidDataException(
                file.Length >= 262 && file.Bytes(257, 5).SequenceEqual("ustar"u8)
                    ? "the tar layout of PyTorch before 0.2, which is not read; save it anew with a later version"
                    : $"{file.Length} bytes that begin neither as a zip file nor as an older PyTorch file");
        }

        if (Next() is not 1001L)
        {
            throw new InvalidDataException("an older PyTorch file of another version than 1001");
        }

        if (Next() is not PyTorchDictionary machine || machine["little_endian"] is not true)
        {
            throw new InvalidDataException("written on a machine with the highest byte first; only the lowest first is read");
        }

        var root = Next();
        storages.Locate(Next(), position);
        return new(storages, root);

        object? Next()
        {
            var reader = new PickleReader(file.Bytes(position, (int)Math.Min(file.Length - position, LargestPickle)), new(storages));
            var value = reader.Read();
            position += reader.Position;
            return value;
        }
    }

    private static PyTorchDictionary? StateDictionary(object? root) => root is not PyTorchDictionary dictionary
        ? null
        : StateDictionaries.Select(key => dictionary[key] as PyTorchDictionary).FirstOrDefault(HasTensors) ?? dictionary;

    private static bool HasTensors(PyTorchDictionary? dictionary) => dictionary?.Items.Any(item => item is { Key: string, Value: PyTorchTensor }) == true;

    private static Dictionary<string, PyTorchTensor> Tensors(PyTorchDictionary? dictionary) => dictionary is null
        ? []
        : dictionary.Items.Where(item => item is { Key: string, Value: PyTorchTensor })
            .ToDictionary(item => (string)item.Key!, item => (PyTorchTensor)item.Value!, StringComparer.Ordinal);
}
