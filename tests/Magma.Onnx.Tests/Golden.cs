using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Magma.Onnx.Tests;

/// <summary>The models of tests/golden/onnx and the numbers that the Python package gave for them.</summary>
internal static class Golden
{
    private static readonly byte[] Expected = File.ReadAllBytes(Locate("expected.safetensors"));
    private static readonly JsonElement Header = JsonDocument.Parse(
        Expected.AsMemory(8, (int)BinaryPrimitives.ReadInt64LittleEndian(Expected))).RootElement;

    public static string Locate(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder!, "Magma.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder!, "tests", "golden", "onnx", name);
    }

    public static IEnumerable<string> Names(string prefix) =>
        Header.EnumerateObject().Select(entry => entry.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order();

    public static (long[] Shape, T[] Values) Read<T>(string name)
        where T : unmanaged
    {
        JsonElement entry = Header.GetProperty(name);
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        int[] range = [.. entry.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
        int start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(Expected);
        return (shape, MemoryMarshal.Cast<byte, T>(Expected.AsSpan(start + range[0], range[1] - range[0])).ToArray());
    }
}
