using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Gallery;

/// <summary>
/// What the gallery shows of one item: a card per sample with its texts, and its pictures in a size for the screen. A gallery shows at most
/// a thousand samples, taken evenly from the whole plan.
/// </summary>
internal sealed class GalleryCards
{
    private const int MostCards = 1000;
    private const int WidestPicture = 960;
    private const int PictureQuality = 82;
    private const int MostElements = 300;

    private readonly string _folder;
    private readonly WorkItem _item;
    private readonly int _room;

    public GalleryCards(string folder, RunPlan plan, WorkItem item)
    {
        (_folder, _item) = (folder, item);
        int items = plan.Items.Count;
        bool chosen = items <= MostCards || (long)item.Index * MostCards / items != (item.Index - 1L) * MostCards / items
            || item.Index == 0;
        _room = chosen ? Math.Max(1, MostCards / items) : 0;
    }

    public JsonArray Cards { get; } = [];

    /// <summary>Shows a sample, while there is room.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="film">Makes its frames, only when it is shown.</param>
    public void Add(Sample sample, Func<Filmstrip?> film)
    {
        if (Cards.Count >= _room || sample.Images.Count == 0) return;
        var pictures = new JsonArray();
        PixelSize size = default;
        for (int index = 0; index < sample.Images.Count; index++)
        {
            using Image image = Image.Decode(sample.Images[index].Bytes.Span);
            size = image.Size;
            string name = index == 0 ? $"{sample.Key}.jpg" : $"{sample.Key}.{index}.jpg";
            AtomicFile.WriteAllBytes(Path.Combine(GalleryPages.PictureFolder(_folder), name), Shrink(image));
            pictures.Add(name);
        }

        var card = new JsonObject
        {
            ["key"] = sample.Key,
            ["input"] = _item.Input,
            ["part"] = _item.Part,
            ["pictures"] = pictures,
            ["size"] = new JsonArray(size.Width, size.Height),
            ["tasks"] = sample.Metadata["tasks"]?.DeepClone(),
            ["turns"] = new JsonArray([.. sample.Conversation.Turns.Select(turn => new JsonArray(turn.Question, turn.Answer))]),
            ["elements"] = Elements(sample),
        };
        if (film() is { } frames)
        {
            string name = $"{sample.Key}.film.jpg";
            AtomicFile.WriteAllBytes(Path.Combine(GalleryPages.PictureFolder(_folder), name), frames.Jpeg);
            frames.Description["picture"] = name;
            card["film"] = frames.Description;
        }

        Cards.Add(card);
    }

    private static byte[] Shrink(Image image)
    {
        if (image.Width <= WidestPicture) return image.Encode(ImageFormat.Jpeg, PictureQuality);
        int height = Math.Max(1, (int)Math.Round((double)image.Height * WidestPicture / image.Width));
        using Image small = image.Resize(new PixelSize(WidestPicture, height));
        return small.Encode(ImageFormat.Jpeg, PictureQuality);
    }

    private static JsonArray? Elements(Sample sample)
    {
        if (sample.Metadata["elements"] is not JsonArray elements) return null;
        return [.. elements.OfType<JsonObject>().Take(MostElements).Select(element => new JsonArray(
            element["mark"]?.DeepClone(), element["box"]?.DeepClone(), element["text"]?.DeepClone(), element["kind"]?.DeepClone()))];
    }
}
