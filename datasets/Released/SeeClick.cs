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

    [GeneratedRegex(@" [Mm]ark: \d+\.?")]
    private static partial Regex MarkOf();
}
