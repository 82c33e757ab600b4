using System.Text.Json;

namespace Magma.Datasets.Llava;

/// <summary>
/// The objects of a large JSON file, one at a time: the elements of one array, or one object per line. Only one object is in memory.
/// </summary>
internal static class JsonItems
{
    /// <summary>The largest object that is read, in bytes.</summary>
    public const int MaximumItem = 64 << 20;

    private const int FirstBuffer = 1 << 16;

    /// <summary>The objects in order. Each is valid until the next one is asked for.</summary>
    /// <exception cref="InvalidDataException">The file is no such JSON; the message names the byte.</exception>
    public static IEnumerable<JsonElement> Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        var window = new Window(file, path);
        int first = window.SkipSpace();
        bool array = first == '[';
        if (array) window.Advance(1);
        for (bool any = false; ; any = true)
        {
            int next = window.SkipSpace();
            if (array && any && next == ',')
            {
                window.Advance(1);
                next = window.SkipSpace();
            }
            else if (array && next == ']')
            {
                window.Advance(1);
                if (window.SkipSpace() >= 0) throw window.Damage("something follows the end of the array");
                yield break;
            }
            else if (array && any)
            {
                throw window.Damage(
                    next < 0 ? "the file ends inside the array; was it cut off?" : "a comma or the end of the array was expected");
            }

            if (next < 0)
            {
                if (array) throw window.Damage("the file ends inside the array; was it cut off?");
                yield break;
            }

            if (next != '{') throw window.Damage("an object was expected");
            using JsonDocument item = window.Parse();
            yield return item.RootElement;
        }
    }

    private sealed class Window(FileStream file, string path)
    {
        private byte[] buffer = new byte[FirstBuffer];
        private int start;
        private int end;
        private long consumed;
        private bool atEnd;

        /// <summary>The next byte that is no white space (nor a byte order mark); -1 at the end of the file.</summary>
        public int SkipSpace()
        {
            while (true)
            {
                if (start == end && !Fill()) return -1;
                byte next = buffer[start];
                bool mark = consumed == 0 && end - start >= 3 && buffer.AsSpan(start, 3).SequenceEqual("\uFEFF"u8);
                if (mark) Advance(3);
                else if (next is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') Advance(1);
                else return next;
            }
        }

        public void Advance(int count)
        {
            start += count;
            consumed += count;
        }

        public JsonDocument Parse()
        {
            while (true)
            {
                int length = Length();
                if (length > 0)
                {
                    JsonDocument item = JsonDocument.Parse(buffer.AsMemory(start, length));
                    Advance(length);
                    return item;
                }

                if (atEnd) throw Damage("the file ends inside an object; was it cut off?");
                if (end - start >= MaximumItem) throw Damage($"an object is larger than {MaximumItem} bytes");
                Fill();
            }
        }

        public InvalidDataException Damage(string what) => new($"{path}, byte {consumed}: {what}.");

        // 0 while the object is not complete in the buffer.
        private int Length()
        {
            try
            {
                var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), isFinalBlock: atEnd, state: default);
                return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : 0;
            }
            catch (JsonException problem)
            {
                throw new InvalidDataException($"{path}, in the object at byte {consumed}: {problem.Message}", problem);
            }
        }

        private bool Fill()
        {
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
            }

            if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            int read = file.Read(buffer, end, buffer.Length - end);
            end += read;
            atEnd = read == 0;
            return read > 0;
        }
    }
}
