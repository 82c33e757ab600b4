namespace Magma.Data;

/// <summary>
/// Wordings of the first question about a marked screen. The first of each task is the published sample where there is one; the pools were
/// never published, so the others are our own in the same manner.
/// </summary>
public static class ScreenQuestions
{
    /// <summary>The wordings of a task. Those about given texts or places are followed by the first of them.</summary>
    public static IReadOnlyList<string> Of(ScreenTask task) => task switch
    {
        ScreenTask.TextToPoint =>
        [
            "From this webpage capture, I'll give descriptions. Predict each element's click point and mark index, if present.\n",
            "In this screenshot, where should I click for the text that I give? Provide the point and the mark index if applicable.\n",
            "I'll name texts on this screen. Give the coordinates of the point to click and the mark index, if there is one.\n",
        ],
        ScreenTask.TextToBox =>
        [
            "From this webpage capture, I'll give descriptions. Predict each element's bounding box and mark index, if present.\n",
            "In this screenshot, which area holds the text that I give? Provide its bounding box and the mark index if applicable.\n",
            "I'll name texts on this screen. Give the bounding box of each and its mark index, if there is one.\n",
        ],
        ScreenTask.PointToText =>
        [
            "I'll provide points on this webpage screenshot. Please describe the text content at each point, adding the mark index when "
            + "relevant.\n ",
            "What does this screen say at the point that I give? Answer with the text and the mark index if applicable.\n ",
            "I'll give points on this screen. Read the text of the element at each and name its mark index, if there is one.\n ",
        ],
        ScreenTask.BoxToText =>
        [
            "I'll provide bounding boxes on this webpage screenshot. Please describe the text content within each box, adding the mark index "
            + "when relevant.\n ",
            "What does this screen say inside the box that I give? Answer with the text and the mark index if applicable.\n ",
            "I'll give bounding boxes on this screen. Read the text in each and name its mark index, if there is one.\n ",
        ],
        ScreenTask.InputToPoint =>
        [
            "Identify the presence of input fields in the provided screenshot and return their click point coordinates along with the mark "
            + "index if applicable.",
            "Where on this screen can text be entered? List the click point and the mark index of every input field.",
        ],
        ScreenTask.InputToBox =>
        [
            "Analyze the screenshot for input fields and provide their bounding box coordinates and mark index if they exist.",
            "Which areas of this screen take typed text? List the bounding box and the mark index of every input field.",
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "not a screen task"),
    };
}
