using System.Globalization;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text.Json;
using Magma.Onnx;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>
/// How well pictures go with a text: the cosine of CLIP's vectors, by a model that the user supplies as ONNX (two files, one for pictures
/// and one for texts, or one for both as Hugging Face's exporter writes it). Several threads may use it. Dispose of it to free the weights.
/// </summary>
public sealed class ClipScorer : IDisposable
{
    private const int ContextLength = 77;
    private const int DefaultSide = 224;

    private static readonly PlaneFormat Format = new(
        (255 * 0.48145466f, 255 * 0.4578275f, 255 * 0.40821073f), (255 * 0.26862954f, 255 * 0.26130258f, 255 * 0.27577711f));

    private readonly OnnxSession _image;
    private readonly OnnxSession _text;
    private readonly ClipTokenizer _tokenizer;
    private readonly string _pixels, _ids, _imageVector, _textVector;
    private readonly string? _mask;
    private readonly int _side;
    private readonly int? _length;

    private ClipScorer(OnnxSession image, OnnxSession text, ClipTokenizer tokenizer)
    {
        (_image, _text, _tokenizer) = (image, text, tokenizer);
        OnnxPort pixels = Only(
            image, image.Inputs, "pixel_values", port => port.Type == OnnxElementType.Float32 && port.Dimensions.Count == 4);
        OnnxPort ids = Only(
            text, text.Inputs, "input_ids",
            port => port.Type == OnnxElementType.Int64 && port.Name != "attention_mask" && port.Dimensions.Count == 2);
        (_pixels, _ids) = (pixels.Name, ids.Name);
        _mask = text.Inputs.FirstOrDefault(port => port.Name == "attention_mask")?.Name;
        string[] known = [_pixels, _ids, _mask ?? ""];
        foreach (OnnxSession session in new[] { image, text }.Distinct())
        {
            if (session.Inputs.FirstOrDefault(port => !known.Contains(port.Name)) is { } other)
                throw new InvalidDataException(
                    $"{session.ModelPath} wants {other}, which CLIP has not; expected were pixel_values, input_ids and attention_mask.");
        }

        static bool IsVector(OnnxPort port) => port.Type == OnnxElementType.Float32 && port.Dimensions.Count == 2;
        _imageVector = Only(image, image.Outputs, "image_embeds", IsVector).Name;
        _textVector = Only(text, text.Outputs, "text_embeds", IsVector).Name;
        _side = Size(pixels.Dimensions[3]) ?? SideBeside(image.ModelPath) ?? DefaultSide;
        _length = Size(ids.Dimensions[1]);
    }

    /// <summary>SHA-256 of the model files, one after the other, lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>Opens the models.</summary>
    /// <param name="model">The picture model, or one for both.</param>
    /// <param name="textModel">The text model; null where <paramref name="model"/> is one for both.</param>
    /// <param name="tokenizer">CLIP's tokenizer.json; null for the one beside the text model.</param>
    /// <exception cref="InvalidDataException">A file is no such model or tokenizer; the message says what was expected.</exception>
    /// <exception cref="IOException">A file is missing.</exception>
    public static ClipScorer Open(string model, string? textModel = null, string? tokenizer = null)
    {
        tokenizer ??= Path.Combine(Path.GetDirectoryName(Path.GetFullPath(textModel ?? model))!, "tokenizer.json");
        ClipTokenizer words = ClipTokenizer.Load(tokenizer);
        // One thread: sums over more of them round differently on machines with other numbers of cores.
        var options = new OnnxOptions(Threads: 1);
        var image = new OnnxSession(model, options);
        OnnxSession text = image;
        try
        {
            if (textModel is not null) text = new OnnxSession(textModel, options);
            return new ClipScorer(image, text, words) { Hash = HashOf(textModel is null ? [model] : [model, textModel]) };
        }
        catch
        {
            image.Dispose();
            text.Dispose();
            throw;
        }
    }

    /// <summary>The cosine of each picture with a text, -1 to 1.</summary>
    /// <param name="text">What the pictures should show; cut to what the model reads.</param>
    /// <param name="images">The pictures; of each the middle square is seen.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="InvalidDataException">The model fails, or its vectors differ in length.</exception>
    public double[] Score(string text, IReadOnlyList<Image> images, CancellationToken cancel = default)
    {
        OnnxInput[] words = WordInputs(text);
        float[]? said = ReferenceEquals(_image, _text) ? null : Vector(_text, words, _textVector);
        var scores = new double[images.Count];
        for (int index = 0; index < scores.Length; index++)
        {
            cancel.ThrowIfCancellationRequested();
            OnnxInput pixels = OnnxInput.Create<float>(_pixels, PixelsOf(images[index]), 1, Image.Channels, _side, _side);
            if (said is not null)
            {
                scores[index] = Cosine(said, Vector(_image, [pixels], _imageVector));
                continue;
            }

            using OnnxOutputs both = _image.Run([.. words, pixels]);
            scores[index] = Cosine(both.Get<float>(_textVector).ToArray(), both.Get<float>(_imageVector).ToArray());
        }

        return scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _image.Dispose();
        _text.Dispose();
    }

    private OnnxInput[] WordInputs(string text)
    {
        long[] used = _tokenizer.Encode(text, _length ?? ContextLength);
        int length = _length ?? used.Length;
        long[] ids = [.. used, .. Enumerable.Repeat((long)_tokenizer.EndId, length - used.Length)];
        OnnxInput words = OnnxInput.Create<long>(_ids, ids, 1, length);
        if (_mask is null) return [words];
        long[] mask = [.. Enumerable.Range(0, length).Select(place => place < used.Length ? 1L : 0L)];
        return [words, OnnxInput.Create<long>(_mask, mask, 1, length)];
    }

    // The shorter side is brought to the model's, the middle is cut out. Averaging in place of an antialiased cubic moves scores a little.
    private float[] PixelsOf(Image image)
    {
        double side = Math.Min(image.Width, image.Height), left = (image.Width - side) / 2, top = (image.Height - side) / 2;
        using Image square = image.Crop(new PixelBox(Math.Floor(left), Math.Floor(top), Math.Floor(left) + side, Math.Floor(top) + side));
        using Image scaled = square.Resize(new PixelSize(_side, _side), side > _side ? Interpolation.Area : Interpolation.Cubic);
        var planes = new float[Image.Channels * _side * _side];
        scaled.CopyPlanes(Quad.FromBox(new PixelBox(0, 0, _side, _side)), scaled.Size, Format, planes, scaled.Size);
        return planes;
    }

    private static float[] Vector(OnnxSession session, OnnxInput[] inputs, string name)
    {
        using OnnxOutputs outputs = session.Run(inputs);
        return outputs.Get<float>(name).ToArray();
    }

    private double Cosine(float[] text, float[] image) => text.Length == image.Length
        ? TensorPrimitives.CosineSimilarity<float>(text, image) is var cosine && float.IsFinite(cosine) ? cosine : 0
        : throw new InvalidDataException(
            $"{_text.ModelPath} gives vectors of {text.Length} numbers, {_image.ModelPath} of {image.Length}: they do not belong together.");

    private static OnnxPort Only(OnnxSession session, IReadOnlyList<OnnxPort> ports, string name, Func<OnnxPort, bool> fits)
    {
        if (ports.FirstOrDefault(port => port.Name == name && fits(port)) is { } named) return named;
        OnnxPort[] candidates = [.. ports.Where(fits)];
        return candidates.Length == 1
            ? candidates[0]
            : throw new InvalidDataException(
                $"{session.ModelPath} is no such part of CLIP: expected was '{name}' (32-bit floats, 64-bit ids), it has {string.Join("; ", ports)}.");
    }

    private static int? Size(string dimension) =>
        int.TryParse(dimension, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0 ? size : null;

    // A model whose sizes are free does not say itself for which one it was trained.
    private static int? SideBeside(string model)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(model))!, "preprocessor_config.json");
        if (!File.Exists(path)) return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement crop = json.RootElement.GetProperty("crop_size");
            int side = crop.ValueKind == JsonValueKind.Object ? crop.GetProperty("height").GetInt32() : crop.GetInt32();
            return side is > 0 and <= 4096 ? side : throw new InvalidDataException($"{path}: crop_size is {side}, expected 1 to 4096.");
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} has no crop_size that can be read: {problem.Message}", problem);
        }
    }

    private static string HashOf(string[] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            for (int read; (read = stream.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
