using System.Text.RegularExpressions;

namespace Magma.Data;

/// <summary>What a video is said to show, cleaned, and the first question and answer that come from it.</summary>
/// <param name="Question">The question, without image placeholders and line breaks.</param>
/// <param name="Answer">The answer, without its final line break.</param>
/// <param name="Todo">What is put after "The person is doing:" in the second question.</param>
public sealed partial record TraceCaption(string Question, string Answer, string Todo)
{
    private const string SecondPart = "What the person should do next";

    /// <summary>
    /// Cleans a caption as the reference does (<c>data/conversations.py</c>), which case by case is rougher than one would write it anew:
    /// "young" becomes "the personng". Kept, because published samples were made so.
    /// </summary>
    /// <param name="caption">The caption; may be empty.</param>
    /// <param name="task">What stands in for an empty caption.</param>
    public static string Clean(string caption, string task)
    {
        ArgumentNullException.ThrowIfNull(caption);
        ArgumentNullException.ThrowIfNull(task);
        if (caption.Length == 0) return task;
        string text = caption
            .Replace("What you see", "What I see", StringComparison.Ordinal)
            .Replace("You see ", "", StringComparison.Ordinal)
            .Replace("you see ", "", StringComparison.Ordinal)
            .Replace("In the first image, ", "", StringComparison.Ordinal)
            .Replace("you", "the person", StringComparison.Ordinal)
            .Replace("personr", "person's", StringComparison.Ordinal);
        text = Parenthesis().Replace(text, "");
        return text.Replace("camera wearer", "person", StringComparison.Ordinal);
    }

    /// <summary>The first question and answer for a cleaned caption.</summary>
    /// <exception cref="InvalidDataException">
    /// <see cref="TraceSource.EpicKitchens"/> asks for a caption of two parts, and this one has one. The reference crashes.
    /// </exception>
    public static TraceCaption Of(string cleaned, TraceSource source)
    {
        ArgumentNullException.ThrowIfNull(cleaned);
        switch (source)
        {
            case TraceSource.EpicKitchens:
                string[] parts = cleaned.Split(SecondPart, StringSplitOptions.None);
                if (parts.Length < 2)
                {
                    throw new InvalidDataException(
                        $"The caption \"{Shorten(cleaned)}\" has no part after \"{SecondPart}\", which captions of this kind need.");
                }

                string seen = parts[0].Replace("What I see", "", StringComparison.Ordinal);
                return new TraceCaption("What do you see in the image?", WithoutMarkup(seen), WithoutMarkup(parts[1]));
            case TraceSource.HumanInstruction:
                return new TraceCaption(
                    "The person is doing some task in the image. Guess what is the person saying?", cleaned, cleaned);
            case TraceSource.Robot:
                return new TraceCaption("What is the robot doing in the image?", cleaned, cleaned);
            default:
                return new TraceCaption("What is the person doing in the image?", cleaned, cleaned);
        }
    }

    private static string WithoutMarkup(string text) => MarkupCharacters().Replace(text, "").Trim();

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    [GeneratedRegex(@" \(.*?\)", RegexOptions.Singleline)]
    private static partial Regex Parenthesis();

    [GeneratedRegex("[#*:]")]
    private static partial Regex MarkupCharacters();
}
