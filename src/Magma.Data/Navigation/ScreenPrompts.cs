namespace Magma.Data;

/// <summary>What a user of the released UI demo wants, told by how the text begins.</summary>
public enum ScreenRequest
{
    /// <summary>No text: only show what is on the screen.</summary>
    Parse,

    /// <summary>A question about the screen, which is shown without marks.</summary>
    Question,

    /// <summary>Something to do, on the marked screen.</summary>
    Action,
}

/// <summary>Questions of the released UI demo, and where their pictures stand.</summary>
public static class ScreenPrompts
{
    /// <summary>Which kind of request a text is: <c>Q:</c>, at the very beginning and in capitals, makes it a question.</summary>
    public static ScreenRequest KindOf(string text) => text.Length == 0
        ? ScreenRequest.Parse
        : text.StartsWith("Q:", StringComparison.Ordinal) ? ScreenRequest.Question : ScreenRequest.Action;

    /// <summary>Asks for the place and the mark of what an instruction needs.</summary>
    /// <param name="instruction">Taken as it is; braces and quotes mean nothing.</param>
    public static string Action(string instruction) =>
        $"In this view I need to click a button to \"{instruction}\"? Provide the coordinates and the mark index of the containing bounding box "
        + "if applicable.";

    /// <summary>Asks something about the screen; a leading <c>Q:</c> stays in the question.</summary>
    public static string Question(string question) => $"{question} Answer the question briefly.";

    /// <summary>Asks for the next step on a marked web page, answered by a <see cref="UiAction"/> (Mind2Web with marks; sample of the published data; its spelling is kept).</summary>
    /// <param name="task">What the user wants.</param>
    /// <param name="history">Steps so far, such as <c>[link] Store Locator -> CLICK</c>; how the first step was asked for was not published.</param>
    public static string WebStep(string task, IReadOnlyList<string> history) =>
        "Imagine that you are imitating humans doing web navigation for a task step by step. At each stage, you can see the webpage like humans by a "
        + "screenshot and know the previous actions before the current step decided by yourself through recorded history. You need to decide on the "
        + "following action to take. You can click an element with the mouse, select an option, or type text with the keyboard. The output format "
        + "should be a dictionary like: \n\"{\"ACTION\": \"CLICK\" or \"TYPE\" or \"SELECT\", \"MARK\": a numeric id, e.g., 5, \"VALUE\": a string value "
        + $"for the action if applicable, otherwise None}}\".\nYou are asked to complete the following task: {task}. "
        + (history.Count > 0 ? $"The previous actions you have taken: \n\n{string.Join('\n', history)}\n" : "\n")
        + "For your convinience, I have labeled the candidates with numeric marks and bounding boxes on the screenshot. What is the next action you "
        + "would take?";

    /// <summary>A step as the history of <see cref="WebStep"/> tells it: <c>[searchbox] City, State -> TYPE: Chicago</c>.</summary>
    /// <param name="role">The element's role.</param>
    /// <param name="name">Its name; may be empty.</param>
    /// <param name="action">What was done with it.</param>
    public static string WebHistory(string role, string name, UiAction action) =>
        $"[{role}]{(name.Length > 0 ? " " : "")}{name} -> {UiAction.NameOf(action.Kind)}{(action.Value is { } value ? $": {value}" : "")}";

    /// <summary>Asks for the next step on a marked Android screen, answered by an <see cref="AndroidAction"/> (figure 15 of the paper arXiv 2502.13130).</summary>
    /// <param name="task">What the user wants.</param>
    /// <param name="history">Actions so far, one a line.</param>
    /// <param name="step">The number of this step, from 0.</param>
    public static string AndroidStep(string task, IReadOnlyList<string> history, int step) =>
        "Imagine you are interacting with an Android device step by step. You can see the screen and know the previous actions through recorded "
        + "history. The screenshots are labeled with bounding boxes and numeric marks to guide your interactions. Your task is to determine the next "
        + "action to perform. The possible actions include tapping, swiping, navigating, typing, or setting the task status.\n"
        + "Use the following format for your output, selecting the appropriate key-value pair:\n```json\n{\n"
        + "  \"TAP\": {\"MARK\": mark_index} or {\"NORMALIZED_COORDINATE\": [y, x]},\n  \"SWIPE\": \"UP\", \"DOWN\", \"LEFT\" or \"RIGHT\",\n"
        + "  \"NAVIGATE\": \"BACK\", \"HOME\" or \"ENTER\",\n  \"TYPE\": \"text\",\n  \"SET_TASK_STATUS\": \"COMPLETE\" or \"IMPOSSIBLE\"\n}\n```\n"
        + $"Current task: {task}\nPrevious actions:\n{string.Concat(history.Select(action => action + "\n"))}"
        + $"Determine your next action (Step {step}) and provide the output in the specified dictionary format.";

    /// <summary>
    /// Brings the placeholders of a turn to its beginning, a line each, as the reference's loader does: a line end directly behind a placeholder
    /// goes with it, everything else stays. With start and end tokens, a turn that mixes both forms keeps the reference's surplus.
    /// </summary>
    /// <param name="text">The turn.</param>
    /// <param name="withStartAndEnd">Whether pictures are marked as <see cref="MagmaPrompt.ImageWithStartAndEnd"/>.</param>
    public static string PlaceImages(string text, bool withStartAndEnd)
    {
        const string bare = MagmaPrompt.Image, wrapped = MagmaPrompt.ImageWithStartAndEnd;
        int images = text.Split(bare).Length - 1;
        if (images == 0) return text;
        bool isWrapped = withStartAndEnd && text.Contains(wrapped);
        string found = isWrapped ? wrapped : bare;
        string rest = text.Replace(found + "\n", "").Replace(found, "");
        if (isWrapped) rest = rest.Replace(bare, wrapped);
        return string.Concat(Enumerable.Repeat((withStartAndEnd ? wrapped : bare) + "\n", images)) + rest;
    }
}
