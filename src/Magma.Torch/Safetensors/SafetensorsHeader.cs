using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Magma.Torch;

/// <summary>
/// The header of one safetensors file: 8 bytes of length (little-endian), that many bytes of JSON, then the tensors' bytes without holes.
/// Source: the format section of the safetensors project's README.
/// </summary>
/// <param name="Entries">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The free text pairs of "__metadata__".</param>
/// <param name="DataStart">Where the tensors' bytes begin in the file.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsEntry> Entries,
    IReadOnlyDictionary<string, string> Metadata,
    long DataStart)
{
    private const int LengthBytes = 8;
    private const int LongestHeader = 100_000_000;
    private const int DeepestNesting = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Reads and checks the header against every rule of the format.</summary>
    /// <param name="fileLength">Bytes in the file.</param>
    /// <param name="read">Gives bytes of the file: position, count.</param>
    /// <exception cref="InvalidDataException">A rule is broken; the message says which and where.</exception>
    public static SafetensorsHeader Read(long fileLength, Func<long, int, byte[]> read)
    {
        if (fileLength < LengthBytes)
        {
            throw new InvalidDataException(
                $"{fileLength} bytes are too short for a safetensors file: it begins with 8 bytes of header length");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(read(0, LengthBytes));
        if (length > LongestHeader)
        {
            throw new InvalidDataException($"header length {length} is above the format's limit of {LongestHeader} bytes");
        }

        if ((long)length > fileLength - LengthBytes)
        {
            throw new InvalidDataException(
                $"header length {length} in a file of {fileLength} bytes: the file is truncated or not safetensors");
        }

        var dataStart = LengthBytes + (long)length;
        var json = read(LengthBytes, (int)length);
        var (entries, metadata) = Parse(json);
        var ordered = entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End).ToList();
        CheckLayout(ordered, fileLength - dataStart);
        return new(ordered, metadata, dataStart);
    }

    private static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(byte[] json)
    {
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            throw new InvalidDataException("the header does not begin with '{'");
        }

        try
        {
            StrictUtf8.GetCharCount(json);
        }
        catch (DecoderFallbackException problem)
        {
            throw new InvalidDataException("the header is not valid UTF-8", problem);
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
            return ParseObject(ref reader);
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"the header is not the JSON of a safetensors file: {problem.Message}", problem);
        }
    }

    private static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) ParseObject(ref Utf8JsonReader reader)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw new InvalidDataException($"the name '{name}' occurs twice in the header");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new InvalidDataException($"'{name}' is not an object");
            }

            if (name == "__metadata__")
            {
                ParseMetadata(ref reader, metadata);
            }
            else
            {
                entries.Add(ParseEntry(ref reader, name));
            }
        }

        while (reader.Read())
        {
        }

        return (entries, metadata);
    }

    private static void ParseMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw new InvalidDataException($"__metadata__ '{key}' is not a text");
            }

            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw new InvalidDataException($"__metadata__ '{key}' occurs twice");
            }
        }
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ParseNumbers(ref reader, name, key);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ParseNumbers(ref reader, name, key);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw new InvalidDataException($"'{name}': '{key}' is wrong or given twice");
                default:
                    // Later versions of the format may say more about a tensor.
                    reader.Skip();
                    break;
            }
        }

        if (type is null || shape is null || offsets is not [var begin, var end])
        {
            throw new InvalidDataException($"'{name}' lacks dtype, shape or data_offsets [begin, end]");
        }

        return Checked(name, type, shape, begin, end);
    }

    private static List<long> ParseNumbers(ref Utf8JsonReader reader, string name, string key)
    {
        var numbers = new List<long>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new InvalidDataException($"'{name}': '{key}' is not an array");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
            {
                throw new InvalidDataException($"'{name}': '{key}' holds something else than whole numbers from 0 on");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static SafetensorsEntry Checked(string name, string type, List<long> shape, long begin, long end)
    {
        if (!SafetensorsTypes.Bits.TryGetValue(type, out var bits))
        {
            throw new InvalidDataException($"'{name}' has the unknown dtype '{type}'");
        }

        if (begin > end)
        {
            throw new InvalidDataException($"'{name}' ends at {end}, before it begins at {begin}");
        }

        UInt128 size = (UInt128)bits;
        foreach (var dimension in shape)
        {
            // Past 2^72 bits no file can be meant; stopping there keeps the product from wrapping round.
            size = size > UInt128.One << 72 ? size : size * (UInt128)dimension;
            if (dimension == 0)
            {
                size = 0;
                break;
            }
        }

        if (size % 8 != 0 || size / 8 != (UInt128)(end - begin))
        {
            throw new InvalidDataException(
                $"'{name}': {type} of shape [{string.Join(", ", shape)}] takes {size / 8} bytes, data_offsets give {end - begin}");
        }

        return new(name, type, shape, begin, end);
    }

    private static void CheckLayout(List<SafetensorsEntry> ordered, long dataLength)
    {
        var position = 0L;
        foreach (var entry in ordered)
        {
            if (entry.End > dataLength)
            {
                throw new InvalidDataException(
                    $"'{entry.Name}' ends at byte {entry.End} of {dataLength} bytes of data: the file is truncated");
            }

            if (entry.Begin < position)
            {
                throw new InvalidDataException(
                    $"'{entry.Name}' begins at byte {entry.Begin} and overlaps the tensor that ends at {position}");
            }

            if (entry.Begin > position)
            {
                throw new InvalidDataException($"bytes {position} to {entry.Begin}, before '{entry.Name}', belong to no tensor");
            }

            position = entry.End;
        }

        if (position != dataLength)
        {
            throw new InvalidDataException($"{dataLength - position} bytes after the last tensor belong to no tensor");
        }
    }
}
