using System.Text.Json;
using Magma.Data;
using Magma.Datasets.Released;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>Golden kind <c>navigation</c>: prompts and replies of the UI demo, and the action strings of web and Android data.</summary>
internal static class NavigationParity
{
    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        GoldenCases cases = GoldenCases.Read(folder);
        Mark[] marks = cases.Section("reply_screen") is { } screen
            ? [.. screen.GetProperty("marks_yxhw").BoxesYxhw().Select((box, number) => new Mark(number, box, default))]
            : [];
        PixelSize size = cases.Section("reply_screen") is { } sized ? sized.GetProperty("image_wh").Size() : default;
        return
        [
            .. cases.Judge("format_box", FormatBox),
            .. cases.Judge("replies", (one, name) => Reply(one, name, marks, size)),
            .. cases.Judge("modes", Mode),
            .. cases.Judge("demo_prompts", Prompt),
            .. cases.Judge("seeclick_switches", Switches),
            .. cases.Judge("image_token_placement", Placement),
            .. cases.Judge("dataset_tag", Tag),
            .. Cases(cases, "mind2web_answers", WebAnswer),
            .. Cases(cases, "mind2web_prompts", WebPrompt),
            .. Cases(cases, "aitw_answers", AndroidAnswer),
            .. Cases(cases, "ui_pretraining_answers", PretrainingAnswer),
            .. Texts(cases, "mind2web_doubtful", text => UiAction.Parse(text)),
            .. Texts(cases, "aitw_doubtful", AndroidAction.Parse),
        ];
    }

    private static IEnumerable<ParityVerdict> Cases(GoldenCases cases, string section, Func<JsonElement, string, ParityVerdict> judge) =>
        cases.Section(section) is { } found ? cases.Judge(section, found.GetProperty("cases"), judge) : [];

    private static IEnumerable<ParityVerdict> Texts(GoldenCases cases, string section, Func<string, object> parse) =>
        cases.Section(section) is { } found ? cases.Judge(section, found.GetProperty("texts"), (one, name) => Doubtful(one, name, parse)) : [];

    private static ParityVerdict FormatBox(JsonElement one, string name)
    {
        NormalizedBox box = one.GetProperty("box").Fractions();
        return Same(
            name, [ScreenText.ShortPoint(box.Center), ScreenText.ShortBox(box)],
            [one.GetProperty("point_text").GetString()!, one.GetProperty("box_text").GetString()!]);
    }

    private static ParityVerdict Reply(JsonElement one, string name, Mark[] marks, PixelSize size)
    {
        string reply = one.GetProperty("reply").GetString()!;
        JsonElement outcome = one.GetProperty("outcome"), mark = one.GetProperty("mark_id"), numbers = one.GetProperty("numbers_rule");
        double? expectedMark = mark.ValueKind == JsonValueKind.Null ? null : Math.Min(mark.GetDouble(), long.MaxValue);
        if (ScreenReply.FindMark(reply) != expectedMark) return ParityVerdict.Exact(name, false, $"mark {ScreenReply.FindMark(reply)}, reference {mark}");
        NormalizedPoint? expectedPoint = numbers.ValueKind == JsonValueKind.Null ? null : new(numbers[0].GetDouble(), numbers[1].GetDouble());
        if (ScreenReply.FindNumbers(reply) != expectedPoint)
        {
            return ParityVerdict.Exact(name, false, $"numbers {ScreenReply.FindNumbers(reply)}, reference {numbers}");
        }

        bool same = (ScreenReply.Read(reply, marks), outcome.GetProperty("kind").GetString()) switch
        {
            (ScreenReply.AtMark at, "mark") => at.Mark.Number == outcome.GetProperty("mark").GetInt32()
                && new[] { at.Mark.Box.X1, at.Mark.Box.Y1, at.Mark.Box.X2, at.Mark.Box.Y2 }.SequenceEqual(outcome.GetProperty("box_xyxy").Numbers()),
            (ScreenReply.AtPoint at, "point") => new[] { at.Point.ToPixels(size).X, at.Point.ToPixels(size).Y }
                .SequenceEqual(outcome.GetProperty("xy_pixels").Numbers()),
            (ScreenReply.Nothing, "none") => true,
            _ => false,
        };
        return ParityVerdict.Exact(name, same, $"{ScreenReply.Read(reply, marks)}, reference {outcome}");
    }

    private static ParityVerdict Mode(JsonElement one, string name)
    {
        string ours = ScreenPrompts.KindOf(one.GetProperty("text").GetString()!) switch
        {
            ScreenRequest.Parse => "parse",
            ScreenRequest.Question => "qa",
            _ => "som",
        };
        return Same(name, [ours], [one.GetProperty("mode").GetString()!]);
    }

    private static ParityVerdict Prompt(JsonElement one, string name)
    {
        string instruction = one.GetProperty("instruction").GetString()!;
        string action = ScreenPrompts.Action(instruction), question = ScreenPrompts.Question(instruction);
        return Same(
            name,
            [
                MagmaPrompt.Question(action, withStartAndEnd: false), MagmaPrompt.Question(action),
                MagmaPrompt.Question(question, withStartAndEnd: false), MagmaPrompt.Question(question),
            ],
            [.. new[] { "som", "som_released_model", "qa", "qa_released_model" }.Select(member => one.GetProperty(member).GetString()!)]);
    }

    private static ParityVerdict Placement(JsonElement one, string name)
    {
        string value = one.GetProperty("value").GetString()!;
        string ours = one.GetProperty("is_multimodal").GetBoolean()
            ? ScreenPrompts.PlaceImages(value, one.GetProperty("mm_use_image_start_end").GetBoolean())
            : value;
        return Same(name, [ours], [one.GetProperty("result").GetString()!]);
    }

    private static ParityVerdict Switches(JsonElement one, string name)
    {
        string[] TextsOf(JsonElement item) => [.. item.GetProperty("conversations").Items().Select(turn => turn.GetProperty("value").GetString()!)];
        string[] ImagesOf(JsonElement item) => item.GetProperty("image") is { ValueKind: JsonValueKind.Array } several
            ? several.Texts()
            : [item.GetProperty("image").GetString()!];
        bool marks = one.GetProperty("mm_use_som_tom").GetBoolean(), original = one.GetProperty("mm_use_som_tom_orig_img").GetBoolean();
        List<string> ours = [], theirs = [];
        foreach ((JsonElement given, JsonElement expected) in one.GetProperty("items").Items().Zip(one.GetProperty("result").Items()))
        {
            (IReadOnlyList<string> images, IReadOnlyList<string> texts) =
                SeeClick.AsReferenceLoads(given.GetProperty("image").GetString()!, TextsOf(given), marks, original);
            ours.AddRange([.. images, .. texts]);
            theirs.AddRange([.. ImagesOf(expected), .. TextsOf(expected)]);
        }

        return Same(name, [.. ours], [.. theirs]);
    }

    private static ParityVerdict Tag(JsonElement one, string name)
    {
        string? expected = one.TryGetProperty("tag", out JsonElement tag) ? tag.GetString() : null, ours;
        try
        {
            ours = DatasetTag.Of(one.GetProperty("path").GetString()!);
        }
        catch (InvalidDataException)
        {
            ours = null;
        }

        return Same(name, [ours ?? "an error"], [expected ?? "an error"]);
    }

    private static ParityVerdict WebAnswer(JsonElement one, string name)
    {
        string text = one.GetProperty("text").GetString()!;
        UiAction action = UiAction.Parse(text);
        return Same(
            name, [action.Kind.ToString().ToUpperInvariant(), $"{action.Mark}", action.Value ?? "null", action.ToJson()],
            [one.GetProperty("action").GetString()!, $"{one.GetProperty("mark")}", one.GetProperty("value").GetString() ?? "null", text]);
    }

    private static ParityVerdict WebPrompt(JsonElement one, string name) => Same(
        name, [ScreenPrompts.WebStep(one.GetProperty("task").GetString()!, one.GetProperty("history").Texts())], [one.GetProperty("prompt").GetString()!]);

    private static ParityVerdict AndroidAnswer(JsonElement one, string name)
    {
        string text = one.GetProperty("text").GetString()!;
        AndroidAction action = AndroidAction.Parse(text);
        bool same = (action, one.GetProperty("kind").GetString()) switch
        {
            (AndroidAction.TapMark tap, "tap") => tap.Mark == one.GetProperty("mark").GetInt32(),
            (AndroidAction.TapPoint tap, "tap") => tap.Point == new NormalizedPoint(one.GetProperty("x").GetDouble(), one.GetProperty("y").GetDouble()),
            (AndroidAction.TypeText type, "type") => type.Text == one.GetProperty("value").GetString(),
            (AndroidAction.Swipe swipe, "swipe") => swipe.Direction.ToLowerInvariant() == one.GetProperty("direction").GetString(),
            (AndroidAction.Navigate navigate, "navigate") => navigate.Button.ToLowerInvariant() == one.GetProperty("to").GetString(),
            (AndroidAction.SetStatus status, "status") => status.Status.ToLowerInvariant() == one.GetProperty("status").GetString(),
            _ => false,
        };
        return ParityVerdict.Exact(name, same && AndroidAction.Parse(action.Format()) == action, $"{action}, reference {one}");
    }

    private static ParityVerdict PretrainingAnswer(JsonElement one, string name)
    {
        int[] Marks() => one.GetProperty("marks").Integers();
        string ours = one.GetProperty("kind").GetString() switch
        {
            "points" => ScreenText.PointAnswer(one.GetProperty("points").Items()
                .Select((point, index) => (new NormalizedPoint(point[0].GetDouble(), point[1].GetDouble()), Marks()[index]))),
            "boxes" => ScreenText.BoxAnswer(one.GetProperty("boxes").Items().Select((box, index) => (box.Fractions(), Marks()[index]))),
            "text" => ScreenText.TextAnswer(one.GetProperty("value").GetString()!, Marks()[0]),
            _ => ScreenText.NoInputs,
        };
        string theirs = one.GetProperty("text").GetString()!;
        // One published sample lacks the last period.
        return Same(name, [ours], [theirs == NoPeriod(ours) ? ours : theirs]);
    }

    private static string NoPeriod(string text) => text.EndsWith('.') ? text[..^1] : text;

    private static ParityVerdict Doubtful(JsonElement text, string name, Func<string, object> parse)
    {
        try
        {
            parse(text.GetString()!);
        }
        catch (InvalidDataException problem)
        {
            return ParityVerdict.Exact(name, problem.Message.Length > 0, "an error without a message");
        }

        return ParityVerdict.Exact(name, true);
    }

    private static ParityVerdict Same(string name, string[] ours, string[] theirs) => ParityVerdict.Exact(
        name, ours.SequenceEqual(theirs), $"ours [{string.Join("; ", ours)}], reference [{string.Join("; ", theirs)}]");
}
