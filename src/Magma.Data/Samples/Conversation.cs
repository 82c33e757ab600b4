namespace Magma.Data;

/// <summary>Questions and answers in order. A conversation always ends with an answer, so there is nothing half in it.</summary>
/// <param name="Turns">At least one turn.</param>
public sealed record Conversation(IReadOnlyList<Turn> Turns)
{
    /// <summary>The placeholder that stands for one picture in a question.</summary>
    public const string ImagePlaceholder = "<image>";

    /// <summary>A conversation of a single turn.</summary>
    public static Conversation Of(string question, string answer) => new([new Turn(question, answer)]);

    /// <summary>How many picture placeholders the questions hold; equals the number of pictures in a well-formed sample.</summary>
    public int CountImages() => Turns.Sum(turn => turn.Question.Split(ImagePlaceholder).Length - 1);
}
