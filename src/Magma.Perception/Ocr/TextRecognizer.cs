using System.Collections.Concurrent;
using System.Diagnostics;
using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>Reads lines of text with PP-OCR's recogniser.</summary>
internal sealed class TextRecognizer : IDisposable
{
    // Rows of pixels that the network was made for.
    private const int Height = 48;

    // The least width, and the least distance of two.
    private const int WidthStep = 16;

    private static readonly PlaneFormat Format = new((127.5f, 127.5f, 127.5f), (127.5f, 127.5f, 127.5f), BlueFirst: true);

    private readonly OnnxSession _session;
    private readonly CtcDecoder _decoder;
    private readonly int _workers;

    public TextRecognizer(string model, string dictionary, OnnxOptions options)
    {
        // Lines are independent: reading several at once uses the cores better than sharing each small operator.
        _workers = options.Device == OnnxDevice.Cpu ? options.Threads ?? Environment.ProcessorCount : 1;
        _session = new OnnxSession(model, options with { Threads = 1, Fold = true, BFloat16 = true });
        _decoder = new CtcDecoder(dictionary);
        OnnxPort output = _session.Outputs[0];
        if (output.Dimensions.Count != 3 || (int.TryParse(output.Dimensions[2], out int classes) && classes != _decoder.Classes))
        {
            _session.Dispose();
            throw new InvalidDataException($"{model} gives {output}, but the dictionary {dictionary} makes {_decoder.Classes} classes.");
        }
    }

    /// <summary>What each line says, in the given order; an empty text where nothing was read. Lines of the same pixels are read once.</summary>
    public (string Text, double Score)[] Read(Image image, IReadOnlyList<Quad> lines, TextCache? cache, CancellationToken cancellationToken)
    {
        using Activity? stage = ScreenStages.Source.StartActivity("text recognition");
        var pieces = new List<(int Line, Quad Quad, bool SpaceBefore)>();
        for (int i = 0; i < lines.Count; i++)
        {
            foreach ((Quad quad, bool spaceBefore) in LongLines.Split(image, lines[i]))
                pieces.Add((i, quad, spaceBefore));
        }
        stage?.SetTag("widths", pieces.Select(piece => PlaneOf(piece.Quad).Width).ToArray());
        var read = new (string Text, double Score)[pieces.Count];
        // The longest first, so that no worker is left alone with a long one at the end.
        int[] order = [.. Enumerable.Range(0, pieces.Count).OrderByDescending(i => pieces[i].Quad.Width / pieces[i].Quad.Height)];
        var alike = new ConcurrentDictionary<UInt128, Lazy<(string, double)>>();
        int next = -1;
        Parallel.For(0, Math.Min(_workers, pieces.Count), new ParallelOptions { CancellationToken = cancellationToken }, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < order.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                read[order[i]] = Read(image, pieces[order[i]].Quad, alike, cache);
            }
        });
        var texts = new (string Text, double Score)[lines.Count];
        foreach (IGrouping<int, int> line in Enumerable.Range(0, pieces.Count).GroupBy(i => pieces[i].Line))
        {
            string text = string.Concat(line.Select(i => (pieces[i].SpaceBefore ? " " : "") + read[i].Text)).Trim();
            int characters = line.Sum(i => read[i].Text.Length);
            double score = characters == 0 ? 0 : line.Sum(i => read[i].Score * read[i].Text.Length) / characters;
            texts[line.Key] = (text, score);
        }
        return texts;
    }

    public void Dispose() => _session.Dispose();

    private (string Text, double Score) Read(
        Image image, Quad quad, ConcurrentDictionary<UInt128, Lazy<(string, double)>> alike, TextCache? cache)
    {
        int width = WidthOf(quad);
        PixelSize plane = PlaneOf(quad);
        int length = (int)(3 * plane.Area);
        float[] rented = ScreenBuffers.Rent(length);
        try
        {
            Memory<float> planes = rented.AsMemory(0, length);
            planes.Span.Clear();
            // Small text becomes several times larger here, where cubic interpolation keeps words apart that linear runs together.
            image.CopyPlanes(quad, new(width, Height), Format, planes.Span, plane, Interpolation.Cubic);
            UInt128 key = TextCache.KeyOf(planes.Span);
            return alike.GetOrAdd(key, _ => new Lazy<(string, double)>(() => Recall(key, cache) ?? Remember(key, Run(planes, plane), cache))).Value;
        }
        finally
        {
            ScreenBuffers.Return(rented);
        }
    }

    private static int WidthOf(Quad quad) => Math.Max(1, (int)Math.Round(Height * quad.Width / quad.Height));

    // A few widths only, a sixteenth to an eighth of a width apart: for each one the network is got ready, which takes time and memory.
    private static PixelSize PlaneOf(Quad quad)
    {
        int width = WidthOf(quad), step = WidthStep;
        while (width > 16 * step) step *= 2;
        return new((width + step - 1) / step * step, Height);
    }

    private static (string Text, double Score)? Recall(UInt128 key, TextCache? cache)
    {
        if (cache is null) return null;
        lock (cache) return cache.TryGet(key, out (string, double) line) ? line : null;
    }

    private static (string Text, double Score) Remember(UInt128 key, (string Text, double Score) line, TextCache? cache)
    {
        if (cache is null) return line;
        lock (cache) cache.Add(key, line);
        return line;
    }

    private (string Text, double Score) Run(Memory<float> planes, PixelSize plane)
    {
        using OnnxOutputs outputs = _session.Run(
            OnnxInput.Create<float>(_session.Inputs[0].Name, planes, 1, 3, plane.Height, plane.Width));
        return _decoder.Decode(outputs.Get<float>(_session.Outputs[0].Name));
    }
}
