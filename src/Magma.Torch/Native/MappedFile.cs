using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Magma.Torch.Native;

/// <summary>
/// A file mapped into memory, and tensors that lie in it. The map is private: writing to such a tensor changes neither the file nor other
/// processes. It goes when the file was disposed and the last of its tensors has died.
/// </summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    // A span cannot hold more than 2 GB.
    private const int CopiedBytes = 1 << 24;

    private const int HugePages = 14;

    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;

    /// <exception cref="InvalidDataException">It is empty, a folder, a pipe or a device.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public MappedFile(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InvalidDataException($"{path} is a folder; a file was expected");
        }

        var full = Path.GetFullPath(path);
        if (new FileInfo(File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full).Length == 0)
        {
            // Known before it is opened: opening a pipe that nobody writes to waits for ever.
            throw new InvalidDataException($"{path} is empty, or a pipe or device; an ordinary file with content was expected");
        }

        using var stream = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read);
        Length = stream.Length;
        map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, true);
        view = map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.CopyOnWrite);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);

        // What is not in the page cache yet then comes in pages of 2 MB, which are read faster, now and in every pass over the weights.
        // Where the kernel cannot, nothing changes.
        _ = madvise(start, (nuint)Length, HugePages);
    }

    public long Length { get; }

    /// <summary>At most count bytes from the position on; valid while this object is not disposed.</summary>
    public ReadOnlySpan<byte> Bytes(long position, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + count, Length);
        return new(start + position, count);
    }

    /// <summary>A stream over bytes inside the file; valid while this object is not disposed.</summary>
    public Stream Stream(long position, long count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Length - count);
        return new UnmanagedMemoryStream(start + position, count);
    }

    /// <summary>
    /// A tensor over the bytes at that position, which must be inside the file. Bytes that lie across the type's alignment are copied.
    /// </summary>
    public torch.Tensor Tensor(long position, long[] shape, torch.ScalarType type)
    {
        var size = shape.TotalSize() * type.ElementSize();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + size, Length);
        if (size == 0)
        {
            return torch.empty(shape, type, torch.CPU);
        }

        var data = start + position;
        if ((nint)data % type.ElementSize() != 0)
        {
            return Copy(data, shape, type);
        }

        var handle = view.SafeMemoryMappedViewHandle;
        var added = false;
        handle.DangerousAddRef(ref added);
        var context = GCHandle.ToIntPtr(GCHandle.Alloc(handle));
        try
        {
            IntPtr result;
            fixed (long* sizes = shape)
            {
                NativeMethods.Check(
                    NativeMethods.mt_tensor_from_memory(data, sizes, shape.Length, (int)type, &Release, context, &result));
            }

            return torch.Tensor.UnsafeCreateTensor(result);
        }
        catch
        {
            Free(context);
            throw;
        }
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        map.Dispose();
    }

    private static torch.Tensor Copy(byte* data, long[] shape, torch.ScalarType type)
    {
        var copy = torch.empty(shape, type, torch.CPU);
        using var flat = copy.view(-1);
        var step = CopiedBytes / type.ElementSize();
        for (var done = 0L; done < flat.NumberOfElements; done += step)
        {
            using var slice = flat.narrow(0, done, Math.Min(step, flat.NumberOfElements - done));
            new ReadOnlySpan<byte>(data + (done * type.ElementSize()), slice.bytes.Length).CopyTo(slice.bytes);
        }

        return copy;
    }

    [LibraryImport("libc")]
    private static partial int madvise(byte* start, nuint length, int advice);

    [UnmanagedCallersOnly]
    private static void Release(IntPtr context) => Free(context);

    private static void Free(IntPtr context)
    {
        var pinned = GCHandle.FromIntPtr(context);
        ((SafeHandle)pinned.Target!).DangerousRelease();
        pinned.Free();
    }
}
