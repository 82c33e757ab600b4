using System.IO.Compression;
using Magma.Torch.Native;
using TorchSharp;

namespace Magma.Torch;

/// <summary>
/// The layout since PyTorch 1.6: a zip file whose records lie in one folder, <c>data.pkl</c> beside <c>data/KEY</c>. Stored records are
/// mapped; packed ones are unpacked once, so that their tensors share memory too. Source: torch/serialization.py, caffe2/serialize/inline_container.cc.
/// </summary>
internal sealed class ZipStorages(MappedFile file, ZipDirectory directory, string folder) : PyTorchStorages(file)
{
    private const int ChunkBytes = 1 << 24;

    private readonly Dictionary<(string Key, torch.ScalarType Type), torch.Tensor> unpacked = [];

    public override void Expect(PyTorchStorage storage)
    {
        var record = directory.Find($"{folder}data/{storage.Key}")
            ?? throw new InvalidDataException($"the storage '{storage.Key}' has no record {folder}data/{storage.Key}");
        if (record.Bytes < storage.Bytes)
        {
            throw new InvalidDataException($"the storage '{storage.Key}' is to have {storage.Bytes} bytes, its record has {record.Bytes}");
        }

        directory.DataOf(record);
    }

    /// <summary>A small record in memory.</summary>
    public byte[] Read(ZipRecord record, int most)
    {
        if (record.Bytes > most)
        {
            throw new InvalidDataException($"the zip record '{record.Name}' has {record.Bytes} bytes; {most} are the limit");
        }

        var bytes = new byte[record.Bytes];
        using var stream = Open(record);
        Fill(stream, bytes, record.Name);
        return bytes;
    }

    public override void Dispose()
    {
        foreach (var tensor in unpacked.Values)
        {
            tensor.Dispose();
        }

        base.Dispose();
    }

    protected override torch.Tensor Load(PyTorchStorage storage, torch.ScalarType type, long[] shape)
    {
        var record = RecordOf(storage);
        if (record.Method == 0)
        {
            return File.Tensor(directory.DataOf(record), shape, type);
        }

        if (!unpacked.TryGetValue((storage.Key, type), out var whole))
        {
            whole = Unpack(record, type, shape);
            unpacked.Add((storage.Key, type), whole);
        }

        return whole.alias();
    }

    protected override ReadOnlySpan<byte> BytesOf(PyTorchStorage storage)
    {
        var record = RecordOf(storage);
        if (record.Method == 0)
        {
            return File.Bytes(directory.DataOf(record), checked((int)storage.Bytes));
        }

        var bytes = new byte[checked((int)storage.Bytes)];
        using var stream = Open(record);
        Fill(stream, bytes, record.Name);
        return bytes;
    }

    private ZipRecord RecordOf(PyTorchStorage storage) => directory.Find($"{folder}data/{storage.Key}")!;

    // Only as many bytes as the pickle asks for: the rest of a packed record is never unpacked.
    private torch.Tensor Unpack(ZipRecord record, torch.ScalarType type, long[] shape)
    {
        var whole = torch.empty(shape, type, torch.CPU).DetachFromDisposeScope();
        try
        {
            using var stream = Open(record);
            var step = ChunkBytes / type.ElementSize();
            for (var start = 0L; start < shape[0]; start += step)
            {
                using var slice = whole.narrow(0, start, Math.Min(step, shape[0] - start));
                Fill(stream, slice.bytes, record.Name);
            }

            return whole;
        }
        catch
        {
            whole.Dispose();
            throw;
        }
    }

    private Stream Open(ZipRecord record)
    {
        var packed = File.Stream(directory.DataOf(record), record.PackedBytes);
        return record.Method == 0 ? packed : new DeflateStream(packed, CompressionMode.Decompress);
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException problem)
        {
            throw new InvalidDataException($"the zip record '{name}' unpacks to fewer bytes than its directory says", problem);
        }
    }
}
