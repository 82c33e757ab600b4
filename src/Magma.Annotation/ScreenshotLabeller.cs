using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation;

/// <summary>Screenshot to Set-of-Mark sample: decode, find the elements, number and draw the marks, ask questions about them.</summary>
public sealed class ScreenshotLabeller : ILabeller
{
    private const long LargestFile = 1L << 30;

    private readonly Func<Image, IReadOnlyList<ScreenElement>> _parse;
    private readonly long _seed;
    private readonly IDisposable? _parser;

    /// <summary>Labels screenshots with a parser.</summary>
    /// <param name="parse">Finds what is on a screen, in the order of the marks; depends on the picture alone.</param>
    /// <param name="seed">The run's seed, which decides what is asked.</param>
    /// <param name="parser">
    /// What <paramref name="parse"/> works with; disposed of with the labeller. Null where there is nothing to dispose of.
    /// </param>
    /// <exception cref="FileNotFoundException">The font of the marks is not installed; the message has the command.</exception>
    public ScreenshotLabeller(Func<Image, IReadOnlyList<ScreenElement>> parse, long seed, IDisposable? parser = null)
    {
        (_parse, _seed, _parser) = (parse, seed, parser);
        // Looked for now: a missing font is no fault of the first input.
        _ = Font.Default;
    }

    /// <summary>Which files of a folder are taken for screenshots.</summary>
    public static IReadOnlySet<string> Extensions { get; } = new HashSet<string> { ".png", ".jpg", ".jpeg", ".webp", ".bmp" };

    /// <inheritdoc/>
    public IEnumerable<Sample> Label(WorkItem item, StageTimes stages, CancellationToken cancel)
    {
        byte[] file = stages.Time("read", () => Read(item.Path));
        using Image image = stages.Time("decode", () => Image.Decode(file));
        cancel.ThrowIfCancellationRequested();
        IReadOnlyList<ScreenElement> elements = stages.Time("parse", () => _parse(image));
        cancel.ThrowIfCancellationRequested();
        bool photo = file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);
        (IReadOnlyList<Mark> marks, SampleImage marked) = stages.Time("draw", () => Draw(image, elements, photo));
        if (SetOfMark.ToSample(item.Key, marked, image.Size, elements, marks, _seed) is not { } sample) yield break;
        sample.Metadata["source"] = new JsonObject
        {
            ["name"] = item.Input,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(file)),
        };
        yield return sample;
    }

    /// <inheritdoc/>
    public void Dispose() => _parser?.Dispose();

    private static byte[] Read(string path)
    {
        long length = new FileInfo(path).Length;
        return length <= LargestFile
            ? File.ReadAllBytes(path)
            : throw new InvalidDataException($"the file has {length} bytes, over the limit of {LargestFile} for a picture");
    }

    // A JPEG stays one: as PNG its noise would cost ten times the room.
    private static (IReadOnlyList<Mark> Marks, SampleImage Marked) Draw(Image image, IReadOnlyList<ScreenElement> elements, bool photo)
    {
        IReadOnlyList<Mark> marks = SetOfMark.Place([.. elements.Select(element => element.Box)], image.Size);
        SetOfMark.Draw(image, marks);
        return (
            marks, photo ? new SampleImage(image.Encode(ImageFormat.Jpeg), "jpg") : new SampleImage(image.Encode(ImageFormat.Png), "png"));
    }
}
