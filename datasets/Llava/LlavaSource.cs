using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Samples;
using Magma.Vision;

namespace Magma.Datasets.Llava;

/// <summary>A LLaVA-style JSON file and its folder of pictures, read as samples.</summary>
/// <param name="path">The JSON or JSON lines file.</param>
/// <param name="imageFolder">The folder that picture paths start from; paths that lead out of it are refused.</param>
public sealed class LlavaSource(string path, string imageFolder) : SampleSource
{
    /// <summary>The largest picture file that is read, in bytes.</summary>
    private const long MaximumPicture = 256 << 20;

    private readonly string root = Path.GetFullPath(imageFolder);

    public override IEnumerable<Sample> Read(Action<string>? onProblem = null, CancellationToken stop = default)
    {
        var keys = new SampleKeys();
        foreach (LlavaItem item in LlavaFile.Read(path, onProblem))
        {
            stop.ThrowIfCancellationRequested();
            Sample? sample = null;
            try
            {
                sample = ToSample(item, keys);
            }
            catch (Exception problem) when (onProblem is not null && problem is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
            {
                onProblem($"{path}, entry '{item.Id}': {problem.Message}");
            }

            if (sample is not null) yield return sample;
        }
    }

    public override int CountMostImages(CancellationToken stop = default)
    {
        int most = 0;
        foreach (LlavaItem item in LlavaFile.Read(path, _ => { }))
        {
            stop.ThrowIfCancellationRequested();
            most = Math.Max(most, item.Images.Count);
        }

        return most;
    }

    private Sample ToSample(LlavaItem item, SampleKeys keys)
    {
        SampleImage[] images = [.. item.Images.Select(Load)];
        string key = keys.For(item.Id);
        var metadata = (JsonObject)item.Others.DeepClone();
        if (item.Id is { } id && id != key) metadata["id"] = id;
        return new Sample(key, images, item.Conversation, metadata);
    }

    private SampleImage Load(string image)
    {
        string full = Path.GetFullPath(Path.Combine(root, image));
        if (Path.IsPathRooted(image) || !full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException($"the picture '{image}' lies outside {root}");
        var file = new FileInfo(full);
        if (!file.Exists) throw new FileNotFoundException($"the picture {full} is not there");
        if (file.Length > MaximumPicture)
            throw new InvalidDataException($"the picture {full} has {file.Length} bytes; the limit is {MaximumPicture}");
        return PictureOf(File.ReadAllBytes(full), full);
    }

    /// <summary>A picture with the extension that its content has, whatever its file was called.</summary>
    internal static SampleImage PictureOf(byte[] bytes, string name)
    {
        try
        {
            return new SampleImage(bytes, ImageInfo.Read(bytes).Format.Extension()[1..]);
        }
        catch (InvalidDataException problem)
        {
            throw new InvalidDataException($"{name}: {problem.Message}", problem);
        }
    }
}
