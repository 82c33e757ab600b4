using System.Text.RegularExpressions;
using Magma.Data;
using Magma.Datasets.Llava;

namespace Magma.Datasets.Released;

/// <summary>The SeeClick entries of the released UI data, with and without their marks.</summary>
public static partial class SeeClick
{
    /// <summary>
    /// The entry as it was before marks were drawn: the original picture and texts without <c>Mark: N</c> (the reference loader's switch
    /// that turns Set-of-Mark off).
    /// </summary>
    public static LlavaItem WithoutMarks(LlavaItem item) => item with
    {
        Images = [.. item.Images.Select(OriginalImage)],
        Conversation = new Conversation(
            [.. item.Conversation.Turns.Select(turn => new Turn(MarkOf().Replace(turn.Question, ""), MarkOf().Replace(turn.Answer, "")))]),
    };

    /// <summary>The path of the picture without marks: another folder, the same name.</summary>
    public static string OriginalImage(string markedImage) => markedImage
        .Replace("combined_image_processed", "combined", StringComparison.Ordinal)
        .Replace("seeclick_web_imgs_processed", "seeclick_web_imgs", StringComparison.Ordinal);

    /// <summary>
    /// An entry as the reference's loader hands it on (its two Set-of-Mark switches): as it is; with the original picture before the marked one and every
    /// placeholder doubled; or the original picture with trimmed texts without <c>Mark: N</c>, whose full stop stays behind, as it does there. Entries whose
    /// path has neither <c>mobile</c> nor <c>web</c> stay as they are.
    /// </summary>
    /// <param name="markedImage">The path of the marked picture.</param>
    /// <param name="texts">Questions and answers.</param>
    /// <param name="withMarks">The reference's <c>mm_use_som_tom</c>.</param>
    /// <param name="withOriginal">The reference's <c>mm_use_som_tom_orig_img</c>; has no effect without marks.</param>
    public static (IReadOnlyList<string> Images, IReadOnlyList<string> Texts) AsReferenceLoads(
        string markedImage, IReadOnlyList<string> texts, bool withMarks, bool withOriginal)
    {
        string? original = markedImage.Contains("mobile", StringComparison.Ordinal)
            ? markedImage.Replace("combined_image_processed", "combined", StringComparison.Ordinal)
            : markedImage.Contains("web", StringComparison.Ordinal)
                ? markedImage.Replace("seeclick_web_imgs_processed", "seeclick_web_imgs", StringComparison.Ordinal)
                : null;
        if (original is null || (withMarks && !withOriginal)) return ([markedImage], texts);
        return withMarks
            ? ([original, markedImage], [.. texts.Select(DoublePictures)])
            : ([original], [.. texts.Select(text => NumberOf().Replace(text, "").Trim())]);
    }

    private static string DoublePictures(string text) => text.Replace(
        Conversation.ImagePlaceholder, $"{Conversation.ImagePlaceholder}\n{Conversation.ImagePlaceholder}", StringComparison.Ordinal);

    [GeneratedRegex(@" [Mm]ark: \d+")]
    private static partial Regex NumberOf();

    [GeneratedRegex(@" [Mm]ark: \d+\.?")]
    private static partial Regex MarkOf();
}
