using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Data;

namespace Magma.Annotation.Gallery;

/// <summary>
/// The files of the gallery: <c>index.html</c>, which never changes, and what it loads by script tags, so that it works from the file system:
/// <c>gallery/index.js</c> with the list of chunks, a chunk of cards per shard, and the pictures. Data never become HTML.
/// </summary>
internal static class GalleryPages
{
    private static readonly Lazy<byte[]> Page = new(() =>
    {
        using Stream page = typeof(GalleryPages).Assembly.GetManifestResourceStream("Magma.Annotation.Gallery.index.html")
            ?? throw new InvalidOperationException("The gallery's page is not built into this assembly.");
        using var bytes = new MemoryStream();
        page.CopyTo(bytes);
        return bytes.ToArray();
    });

    /// <summary>The folder of the pictures; made when it is not there.</summary>
    public static string PictureFolder(string folder) =>
        Directory.CreateDirectory(Path.Combine(folder, "gallery", "pictures")).FullName;

    /// <summary>Writes the cards of a shard.</summary>
    public static void WriteChunk(string folder, int shard, JsonArray cards) =>
        Write(Path.Combine(folder, "gallery", $"shard-{shard:D6}.js"), $"magmaGallery.add({shard}, {Safe(cards)});\n");

    /// <summary>Writes the page and the list of chunks.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="kind">What was labelled.</param>
    /// <param name="chunks">Shards that have cards, and how many.</param>
    public static void WriteIndex(string folder, string kind, IReadOnlyList<(int Shard, int Cards)> chunks)
    {
        Directory.CreateDirectory(Path.Combine(folder, "gallery"));
        var index = new JsonObject
        {
            ["kind"] = kind,
            ["chunks"] = new JsonArray([.. chunks.Select(chunk => new JsonArray(chunk.Shard, chunk.Cards))]),
        };
        Write(Path.Combine(folder, "gallery", "index.js"), $"magmaGallery.open({Safe(index)});\n");
        AtomicFile.WriteAllBytes(Path.Combine(folder, "index.html"), Page.Value);
    }

    // The default encoder escapes everything that could end a string, a script or a line.
    private static string Safe(JsonNode data) => data.ToJsonString(JsonSerializerOptions.Default);

    private static void Write(string path, string text) => AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
}
