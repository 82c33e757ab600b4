namespace Magma.Data;

/// <summary>Texts of the prompts that the released model was trained with.</summary>
public static class MagmaPrompt
{
    /// <summary>The system message of every conversation.</summary>
    public const string System = "You are agent that can see, talk and act.";

    /// <summary>Where a picture stands; every one is replaced by the picture's tokens.</summary>
    public const string Image = "<image>";

    /// <summary>How the released model wants a picture to be marked (<c>mm_use_image_start_end</c>).</summary>
    public const string ImageWithStartAndEnd = "<image_start><image><image_end>";

    /// <summary>A question about pictures: a placeholder and a line end for each, then the question.</summary>
    public static string Question(string question, int images = 1, bool withStartAndEnd = true) =>
        string.Concat(Enumerable.Repeat((withStartAndEnd ? ImageWithStartAndEnd : Image) + "\n", images)) + question;

    /// <summary>What the robot should do next: answered by seven action tokens.</summary>
    public static string RobotAction(string instruction) => $"What action should the robot take to {instruction}?";
}
