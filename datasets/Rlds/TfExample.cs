using System.Text;

namespace Magma.Datasets.Rlds;

/// <summary>One feature of a <c>tf.train.Example</c>: at most one of the three lists is set.</summary>
public sealed record TfFeature
{
    public IReadOnlyList<ReadOnlyMemory<byte>>? Bytes { get; init; }

    public float[]? Floats { get; init; }

    public long[]? Integers { get; init; }

    /// <summary>How many values it has.</summary>
    public int Count => Bytes?.Count ?? Floats?.Length ?? Integers?.Length ?? 0;

    internal static TfFeature Parse(ReadOnlyMemory<byte> message)
    {
        var feature = new TfFeature();
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: feature = new TfFeature { Bytes = BytesOf(reader.ReadBytes()) }; break;
                case 2: feature = new TfFeature { Floats = FloatsOf(reader.ReadBytes()) }; break;
                case 3: feature = new TfFeature { Integers = IntegersOf(reader.ReadBytes()) }; break;
                default: reader.Skip(); break;
            }
        }

        return feature;
    }

    private static List<ReadOnlyMemory<byte>> BytesOf(ReadOnlyMemory<byte> message)
    {
        var values = new List<ReadOnlyMemory<byte>>();
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) values.Add(reader.ReadBytes());
            else reader.Skip();
        }

        return values;
    }

    private static float[] FloatsOf(ReadOnlyMemory<byte> message)
    {
        var values = new List<float>();
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
            }
            else if (reader.Wire == ProtocolReader.Fixed32)
            {
                values.Add(reader.ReadFloat());
            }
            else
            {
                var packed = new ProtocolReader(reader.ReadBytes());
                while (!packed.AtEnd) values.Add(packed.ReadFloat());
            }
        }

        return [.. values];
    }

    private static long[] IntegersOf(ReadOnlyMemory<byte> message)
    {
        var values = new List<long>();
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
            }
            else if (reader.Wire == ProtocolReader.Varint)
            {
                values.Add((long)reader.ReadVarint());
            }
            else
            {
                var packed = new ProtocolReader(reader.ReadBytes());
                while (!packed.AtEnd) values.Add((long)packed.ReadVarint());
            }
        }

        return [.. values];
    }
}

/// <summary>Decodes <c>tf.train.Example</c> and <c>tf.train.SequenceExample</c> messages (tensorflow/core/example/*.proto).</summary>
public static class TfExample
{
    /// <summary>The features of an example by name.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such message.</exception>
    public static IReadOnlyDictionary<string, TfFeature> Parse(ReadOnlyMemory<byte> message)
    {
        var features = new Dictionary<string, TfFeature>(StringComparer.Ordinal);
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) AddFeatures(features, reader.ReadBytes());
            else reader.Skip();
        }

        return features;
    }

    /// <summary>The context and the lists of a sequence example by name.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such message.</exception>
    public static (IReadOnlyDictionary<string, TfFeature> Context, IReadOnlyDictionary<string, IReadOnlyList<TfFeature>> Lists) ParseSequence(
        ReadOnlyMemory<byte> message)
    {
        var context = new Dictionary<string, TfFeature>(StringComparer.Ordinal);
        var lists = new Dictionary<string, IReadOnlyList<TfFeature>>(StringComparer.Ordinal);
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) AddFeatures(context, reader.ReadBytes());
            else if (reader.Field == 2) AddLists(lists, reader.ReadBytes());
            else reader.Skip();
        }

        return (context, lists);
    }

    private static void AddFeatures(Dictionary<string, TfFeature> features, ReadOnlyMemory<byte> message)
    {
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            (string name, ReadOnlyMemory<byte> value) = Entry(reader.ReadBytes());
            features[name] = TfFeature.Parse(value);
        }
    }

    private static void AddLists(Dictionary<string, IReadOnlyList<TfFeature>> lists, ReadOnlyMemory<byte> message)
    {
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            (string name, ReadOnlyMemory<byte> value) = Entry(reader.ReadBytes());
            var list = new List<TfFeature>();
            var items = new ProtocolReader(value);
            while (items.Next())
            {
                if (items.Field == 1) list.Add(TfFeature.Parse(items.ReadBytes()));
                else items.Skip();
            }

            lists[name] = list;
        }
    }

    private static (string Name, ReadOnlyMemory<byte> Value) Entry(ReadOnlyMemory<byte> message)
    {
        string name = "";
        ReadOnlyMemory<byte> value = default;
        var reader = new ProtocolReader(message);
        while (reader.Next())
        {
            if (reader.Field == 1) name = Encoding.UTF8.GetString(reader.ReadBytes().Span);
            else if (reader.Field == 2) value = reader.ReadBytes();
            else reader.Skip();
        }

        return (name, value);
    }
}
