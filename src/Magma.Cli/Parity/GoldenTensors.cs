using System.Buffers.Binary;
using System.Text.Json;

namespace Magma.Cli.Parity;

/// <summary>
/// The tensors of one golden safetensors file as plain numbers: an 8-byte header length, a JSON header, raw little-endian data. Golden
/// files are small and need no libtorch to be read.
/// </summary>
internal sealed class GoldenTensors
{
    private const int LargestFile = 256 << 20;

    private readonly Dictionary<string, (int[] Shape, double[] Values)> _tensors = [];

    private GoldenTensors(string path) => Path = path;

    public string Path { get; }

    public bool Has(string name) => _tensors.ContainsKey(name);

    public int[] Shape(string name) => Get(name).Shape;

    public double[] Doubles(string name) => Get(name).Values;

    public float[] Floats(string name) => Array.ConvertAll(Get(name).Values, value => (float)value);

    public int[] Integers(string name) => Array.ConvertAll(Get(name).Values, value => (int)value);

    public bool[] Flags(string name) => Array.ConvertAll(Get(name).Values, value => value != 0);

    public static GoldenTensors Read(string path)
    {
        if (new FileInfo(path).Length > LargestFile) throw new InvalidDataException($"{path} is larger than {LargestFile} bytes.");
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, header));
            var read = new GoldenTensors(path);
            foreach (JsonProperty tensor in json.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__"))
            {
                int[] shape = [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())];
                int start = tensor.Value.GetProperty("data_offsets")[0].GetInt32();
                int end = tensor.Value.GetProperty("data_offsets")[1].GetInt32();
                string type = tensor.Value.GetProperty("dtype").GetString() ?? "";
                double[] values = Decode(type, bytes.AsSpan(8 + header + start, end - start));
                if (values.LongLength != shape.Aggregate(1L, (size, side) => size * side))
                {
                    throw new InvalidDataException(
                        $"{path}: '{tensor.Name}' holds {values.Length} numbers, not {string.Join('×', shape)}.");
                }

                read._tensors.Add(tensor.Name, (shape, values));
            }

            return read;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{path} is not a whole safetensors file: {problem.Message}", problem);
        }
    }

    private static double[] Decode(string type, ReadOnlySpan<byte> bytes)
    {
        int width = type switch
        {
            "F32" or "I32" => 4,
            "F64" or "I64" => 8,
            "U8" or "BOOL" => 1,
            _ => throw new InvalidDataException($"Tensors of type '{type}' are not read here."),
        };
        var values = new double[bytes.Length / width];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> number = bytes.Slice(i * width, width);
            values[i] = type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(number),
                "F64" => BinaryPrimitives.ReadDoubleLittleEndian(number),
                "I32" => BinaryPrimitives.ReadInt32LittleEndian(number),
                "I64" => BinaryPrimitives.ReadInt64LittleEndian(number),
                _ => number[0],
            };
        }

        return values;
    }

    private (int[] Shape, double[] Values) Get(string name) =>
        _tensors.TryGetValue(name, out (int[] Shape, double[] Values) tensor)
            ? tensor
            : throw new InvalidDataException($"{Path} has no tensor '{name}'.");
}
