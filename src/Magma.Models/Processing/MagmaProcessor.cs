using Magma.Data;
using Magma.Models.Networks;
using Magma.Models.Templates;
using Magma.Models.Tokenization;
using Magma.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Processing;

/// <summary>Conversations and pictures to what the model takes, exactly as in training: chat template, double BOS, crops.</summary>
public sealed class MagmaProcessor
{
    private static readonly string[] ImageTokens = [MagmaPrompt.Image, "<image_start>", "<image_end>"];

    private readonly ChatTemplate template;
    private readonly Dictionary<string, string?> specialTokens;
    private readonly bool usesImageStartAndEnd;

    /// <param name="tokenizer">The checkpoint's tokenizer, with a chat template.</param>
    /// <param name="images">The checkpoint's image processor.</param>
    /// <param name="usesImageStartAndEnd">Whether prompts put start and end tokens around a picture.</param>
    /// <exception cref="InvalidDataException">The tokenizer has no chat template, or one that cannot be read.</exception>
    public MagmaProcessor(Tokenizer tokenizer, ImageProcessor images, bool usesImageStartAndEnd = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        Tokenizer = tokenizer;
        Images = images;
        this.usesImageStartAndEnd = usesImageStartAndEnd;
        string source = tokenizer.ChatTemplate ?? throw new InvalidDataException(
            "The tokenizer has no chat template (tokenizer_config.json or chat_template.jinja).");
        try
        {
            template = ChatTemplate.Parse(source);
        }
        catch (TemplateException problem)
        {
            throw new InvalidDataException($"The chat template cannot be read: {problem.Message}", problem);
        }

        specialTokens =
            new() { ["bos_token"] = tokenizer.BosToken, ["eos_token"] = tokenizer.EosToken, ["pad_token"] = tokenizer.PadToken };
    }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The image processor.</summary>
    public ImageProcessor Images { get; }

    /// <summary>The prompt of a conversation, with the system message of training and the header of the next answer.</summary>
    /// <param name="messages">Role ("user", "assistant") and content; an <c>&lt;image&gt;</c> for every picture.</param>
    /// <param name="addGenerationPrompt">Whether the header of the answer follows.</param>
    /// <exception cref="InvalidDataException">The template refuses the conversation.</exception>
    public string Render(IEnumerable<(string Role, string Content)> messages, bool addGenerationPrompt = true)
    {
        IEnumerable<(string, string)> all =
            [("system", MagmaPrompt.System), .. messages.Select(message => (message.Role, WithStartAndEnd(message.Content)))];
        try
        {
            return template.Render(all, addGenerationPrompt, specialTokens);
        }
        catch (TemplateException problem)
        {
            throw new InvalidDataException($"The chat template refuses the conversation: {problem.Message}", problem);
        }
    }

    /// <summary>
    /// A question about pictures, as a prompt. Special tokens that the question spells, image tokens among them, are ordinary text. The
    /// reference makes tokens of them, so that a stranger's text can end the turn and speak as the assistant.
    /// </summary>
    /// <param name="question">The question, without placeholders.</param>
    /// <param name="images">Pictures, which stay the caller's.</param>
    /// <param name="maxCrops">The most crops of a picture, in place of the configured number: 1 for video frames.</param>
    public PromptInput Encode(string question, IReadOnlyList<Image> images, int? maxCrops = null) =>
        EncodeShielded([("user", MagmaPrompt.Question(Tokenizer.Shield(question), images.Count, usesImageStartAndEnd))], images, maxCrops);

    /// <summary>
    /// A conversation about pictures, as a prompt. The text begins with two BOS tokens: the template's and the tokenizer's. Special tokens
    /// that a message spells are ordinary text, but for the image tokens; for the reference's ids, encode <see cref="Render"/>.
    /// </summary>
    /// <param name="messages">Role and content; an <c>&lt;image&gt;</c> for every picture.</param>
    /// <param name="images">Pictures, in the order of their placeholders.</param>
    /// <param name="maxCrops">The most crops of a picture, in place of the configured number.</param>
    /// <exception cref="InvalidDataException">Placeholders and pictures differ in number.</exception>
    public PromptInput Encode(IEnumerable<(string Role, string Content)> messages, IReadOnlyList<Image> images, int? maxCrops = null) =>
        EncodeShielded(messages.Select(message => (message.Role, Tokenizer.Shield(message.Content, ImageTokens))), images, maxCrops);

    /// <summary>
    /// A robot's action as a training example: the question, and as the answer the action's tokens. Learnt are the line end of the answer's
    /// header, the action and the end of the turn (the reference's RLDS path).
    /// </summary>
    /// <param name="instruction">The task; it is made lower case as in training.</param>
    /// <param name="images">Pictures, which stay the caller's.</param>
    /// <param name="action">The tokens, as <see cref="ActionCodec"/> gives them.</param>
    /// <exception cref="InvalidDataException">
    /// The tokenizer has no token <c>&lt;action&gt;</c>, or pictures and placeholders differ in number.
    /// </exception>
    public LabelledPrompt EncodeAction(string instruction, IReadOnlyList<Image> images, ReadOnlySpan<int> action)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        const string Placeholder = "<action>";
        string question = Tokenizer.Shield(MagmaPrompt.RobotAction(instruction.ToLowerInvariant()));
        PromptInput prompt = EncodeShielded(
            [("user", MagmaPrompt.Question(question, images.Count, usesImageStartAndEnd)), ("assistant", Placeholder)], images, null, addGenerationPrompt: false);
        int at = Tokenizer.IdOf(Placeholder) is { } id ? Array.IndexOf(prompt.Ids, id) : -1;
        if (at < 0) throw new InvalidDataException($"The tokenizer has no token '{Placeholder}' that could stand for an action.");
        int[] ids = [.. prompt.Ids.AsSpan(0, at), .. action, .. prompt.Ids.AsSpan(at + 1)];
        int[] labels = [.. Enumerable.Repeat(LabelledPrompt.Ignored, at - 1), .. ids.AsSpan(at - 1)];
        return new LabelledPrompt(ids, labels, prompt.Images);
    }

    private PromptInput EncodeShielded(
        IEnumerable<(string Role, string Content)> messages, IReadOnlyList<Image> images, int? maxCrops, bool addGenerationPrompt = true)
    {
        int[] ids = Tokenizer.EncodeShielded(Render(messages, addGenerationPrompt));
        int imageToken = Tokenizer.IdOf(MagmaPrompt.Image) ?? throw new InvalidDataException(
            $"The tokenizer has no token '{MagmaPrompt.Image}'.");
        int placeholders = ids.Count(id => id == imageToken);
        if (placeholders != images.Count)
            throw new InvalidDataException($"The prompt has {placeholders} image tokens, but {images.Count} pictures were given.");
        return new PromptInput(ids, [.. images.Select(image => Images.Encode(image, maxCrops))]);
    }

    /// <summary>How many frames of a video, each of one crop, a prompt can have.</summary>
    /// <param name="question">The question.</param>
    /// <param name="wanted">No more than these.</param>
    /// <param name="positions">The positions that the prompt may take.</param>
    /// <returns>0 when not even one fits.</returns>
    public int FittingFrames(string question, int wanted, int positions)
    {
        int tokens = ImageCrops.TokensOf(new CropGrid(1, 1), Images.Config.BaseSize);
        for (int frames = wanted; frames > 0; frames--)
        {
            string text = Render([("user", MagmaPrompt.Question(Tokenizer.Shield(question), frames, usesImageStartAndEnd))]);
            if (Tokenizer.EncodeShielded(text).Length + ((long)frames * (tokens - 1)) <= positions) return frames;
        }

        return 0;
    }

    /// <summary>Evenly spaced frames of a video, the first and the last among them.</summary>
    /// <param name="frameCount">Frames of the video.</param>
    /// <param name="wanted">Frames to take.</param>
    public static int[] FrameIndices(int frameCount, int wanted = 32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameCount, 1);
        if (wanted <= 1) return [0];
        return [.. Enumerable.Range(0, wanted).Select(index => (int)((double)index * (frameCount - 1) / (wanted - 1)))];
    }

    /// <summary>Puts prompts into one batch.</summary>
    /// <param name="prompts">At least one.</param>
    /// <param name="padId">Id of the padding.</param>
    /// <param name="padLeft">Whether padding stands before the prompts, as generation wants it, or behind, as training does.</param>
    /// <returns>The batch; the caller disposes of its pixels.</returns>
    public static MagmaInput Collate(IReadOnlyList<PromptInput> prompts, int padId, bool padLeft = true)
    {
        int columns = prompts.Max(prompt => prompt.Ids.Length);
        var ids = new long[prompts.Count, columns];
        var attended = new bool[prompts.Count, columns];
        for (int row = 0; row < prompts.Count; row++)
        {
            int[] prompt = prompts[row].Ids;
            int first = padLeft ? columns - prompt.Length : 0;
            for (int column = 0; column < columns; column++)
            {
                bool inside = column >= first && column < first + prompt.Length;
                ids[row, column] = inside ? prompt[column - first] : padId;
                attended[row, column] = inside;
            }
        }

        List<ImageCrops> images = [.. prompts.SelectMany(prompt => prompt.Images)];
        return new MagmaInput(ids, attended, images.ConvertAll(image => image.Grid), Pixels(images));
    }

    private static Tensor? Pixels(List<ImageCrops> images)
    {
        if (images.Count == 0) return null;
        int side = images[0].Side;
        using DisposeScope scope = NewDisposeScope();
        return cat([.. images.Select(image => tensor(image.Pixels).reshape(image.Grid.Count, 3, side, side))], 0).MoveToOuterDisposeScope();
    }

    // <image_start> holds "<image" but not "<image>", so a replacement cannot hit one that is wrapped already twice.
    private string WithStartAndEnd(string content) => !usesImageStartAndEnd || content.Contains(MagmaPrompt.ImageWithStartAndEnd, StringComparison.Ordinal)
        ? content
        : content.Replace(MagmaPrompt.Image, MagmaPrompt.ImageWithStartAndEnd, StringComparison.Ordinal);
}
