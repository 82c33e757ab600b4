using System.Text.Json;
using Magma.Data;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>Golden kind <c>som</c>: mark placement and drawing, box clean-up, the preview overlay.</summary>
internal static class SomParity
{
    public static IEnumerable<ParityVerdict> Run(string folder)
    {
        GoldenCases cases = GoldenCases.Read(folder);
        return
        [
            .. cases.Judge("fonts", Font),
            .. cases.Judge("placement", Placement),
            .. cases.Judge("normalized_to_pixel", ToWholePixels),
            .. SomPictureParity.Run(cases, folder),
            .. cases.Judge("merge_connected", MergeConnected),
            .. cases.Judge("overlap_removal", Overlaps),
            .. cases.Judge("overlap_removal_old", OverlapsEarlier),
            .. cases.Judge("nms", Suppression),
            .. cases.Judge("ocr_quad_to_box", QuadToBox),
            .. cases.Judge("overlay_config", OverlayConfig),
            .. cases.Judge("screen", Screen),
            .. cases.Judge("overlay_label", OverlayLabels),
            .. cases.Judge("overlay_palette", OverlayPalette),
        ];
    }

    private static ParityVerdict Font(JsonElement one, string name)
    {
        PixelSize image = one.GetProperty("image_wh").Size();
        string font = one.GetProperty("font").GetString()!;
        name = $"{name} {font} {image}";
        DigitMetrics? metrics = font switch
        {
            "arial" => DigitMetrics.Arial,
            "dejavu" => DigitMetrics.DejaVuSans,
            _ => null,
        };
        if (metrics is null) return new ParityVerdict(name, ParityOutcome.NotBuilt, Note: "a font whose measures are not known here");
        LabelSizes ours = LabelSizes.For(image, metrics), theirs = Sizes(one);
        return ParityVerdict.Exact(name, ours == theirs, $"ours {ours}, reference {theirs}");
    }

    private static LabelSizes Sizes(JsonElement one)
    {
        JsonElement sizes = one.GetProperty("mark_size_hw");
        PixelSize Of(string digits) => new(sizes.GetProperty(digits)[1].GetInt32(), sizes.GetProperty(digits)[0].GetInt32());
        return new LabelSizes(one.GetProperty("font_size").GetInt32(), Of("1"), Of("2"), Of("3"));
    }

    private static ParityVerdict Placement(JsonElement one, string name)
    {
        const double Bar = 1e-6;
        IReadOnlyList<LabelPlace> ours = SetOfMark.PlaceLabels(
            one.GetProperty("boxes_yxhw").BoxesYxhw(), one.GetProperty("image_wh").Size(), Sizes(one));
        JsonElement[] theirs = one.GetProperty("labels").Items();
        if (ours.Count != theirs.Length) return ParityVerdict.Exact(name, false, $"{ours.Count} labels, reference {theirs.Length}");
        double worst = 0, relative = 0;
        for (int mark = 0; mark < ours.Count; mark++)
        {
            PixelBox label = theirs[mark].GetProperty("label_yxhw").BoxYxhw();
            if (ours[mark].Label != label || ours[mark].Corner != theirs[mark].GetProperty("corner").GetInt32())
            {
                return ParityVerdict.Exact(
                    name, false, $"mark {mark}: {ours[mark].Label} at corner {ours[mark].Corner}, reference {label}");
            }

            JsonElement[] costs = theirs[mark].GetProperty("cost").Items();
            for (int corner = 0; corner < costs.Length; corner++)
            {
                if (ours[mark].Costs[corner] is not { } cost || costs[corner].ValueKind == JsonValueKind.Null)
                {
                    if (ours[mark].Costs[corner] is null && costs[corner].ValueKind == JsonValueKind.Null) continue;
                    return ParityVerdict.Exact(name, false, $"mark {mark}, corner {corner}: only one side lies inside the picture");
                }

                double difference = Math.Abs(cost - costs[corner].GetDouble());
                worst = Math.Max(worst, difference);
                relative = Math.Max(relative, difference / Math.Max(Math.Abs(cost), 1));
            }
        }

        return ParityVerdict.Within(name, worst, relative, Bar);
    }

    private static ParityVerdict ToWholePixels(JsonElement one, string name)
    {
        PixelSize image = one.GetProperty("image_wh").Size();
        PixelBox[] ours = [.. one.GetProperty("fractions_yxhw").Items().Select(box => SetOfMark.ToWholePixels(
            box[1].GetDouble(), box[0].GetDouble(), box[3].GetDouble(), box[2].GetDouble(), image))];
        return Same(name, ours, one.GetProperty("pixels_yxhw").BoxesYxhw());
    }

    private static ParityVerdict MergeConnected(JsonElement one, string name)
    {
        IReadOnlyList<(PixelBox Box, string Text)> ours = ConnectedBoxes.Merge(
            one.GetProperty("boxes_xyxy").BoxesXyxy(), one.GetProperty("texts").Texts(),
            one.GetProperty("vertical_threshold").GetDouble(), one.GetProperty("horizontal_threshold").GetDouble());
        PixelBox[] boxes = one.GetProperty("merged_xyxy").BoxesXyxy();
        return Same(name, [.. ours], [.. boxes.Zip(one.GetProperty("merged_texts").Texts())]);
    }

    private static ParityVerdict Overlaps(JsonElement one, string name)
    {
        IReadOnlyList<ScreenBox> ours = OverlapRemoval.Apply(
            [.. one.GetProperty("icons_xyxy").Items().Select(GoldenShapes.Fractions)],
            [.. one.GetProperty("ocr").Items().Select(text => (text.GetProperty("bbox").Fractions(), text.GetProperty("content").GetString()!))],
            one.GetProperty("iou_threshold").GetDouble());
        ScreenBox[] theirs = [.. one.GetProperty("result").Items().Select(element => new ScreenBox(
            element.GetProperty("bbox").Fractions(), element.GetProperty("content").GetString(),
            element.GetProperty("type").GetString() == "icon"))];
        return Same(name, [.. ours], theirs);
    }

    private static ParityVerdict OverlapsEarlier(JsonElement one, string name)
    {
        JsonElement texts = one.GetProperty("ocr_xyxy");
        IReadOnlyList<NormalizedBox> ours = OverlapRemoval.ApplyEarlier(
            [.. one.GetProperty("boxes_xyxy").Items().Select(GoldenShapes.Fractions)],
            texts.ValueKind == JsonValueKind.Null ? [] : [.. texts.Items().Select(GoldenShapes.Fractions)],
            one.GetProperty("iou_threshold").GetDouble());
        return Same(name, [.. ours], [.. one.GetProperty("result").Items().Select(GoldenShapes.Fractions)]);
    }

    private static ParityVerdict Suppression(JsonElement one, string name)
    {
        IReadOnlyList<int> ours = NonMaximumSuppression.Keep(
            one.GetProperty("boxes_xyxy").BoxesXyxy(), one.GetProperty("scores").Numbers(), one.GetProperty("iou_threshold").GetDouble());
        return Same(name, [.. ours], one.GetProperty("keep").Integers());
    }

    private static ParityVerdict QuadToBox(JsonElement one, string name)
    {
        double[][] quad = [.. one.GetProperty("quad").Items().Select(GoldenShapes.Numbers)];
        PixelBox box = RecognizedText.BoxOf(new PixelPoint(quad[0][0], quad[0][1]), new PixelPoint(quad[2][0], quad[2][1]));
        PixelBox[] theirs = [new(
            one.GetProperty("xyxy")[0].GetDouble(), one.GetProperty("xyxy")[1].GetDouble(),
            one.GetProperty("xyxy")[2].GetDouble(), one.GetProperty("xyxy")[3].GetDouble())];
        return Same(name, [box], theirs);
    }

    private static ParityVerdict OverlayConfig(JsonElement one, string name)
    {
        OverlayStyle ours = OverlayStyle.For(one.GetProperty("image_width").GetInt32()), theirs = Style(one);
        if (ours with { TextScale = 0 } != theirs with { TextScale = 0 })
        {
            return ParityVerdict.Exact(name, false, $"ours {ours}, reference {theirs}");
        }

        double difference = Math.Abs(ours.TextScale - theirs.TextScale);
        return ParityVerdict.Within(name, difference, difference / theirs.TextScale, 1e-12);
    }

    private static OverlayStyle Style(JsonElement one) => new(
        one.GetProperty("text_scale").GetDouble(), one.GetProperty("text_thickness").GetInt32(), one.GetProperty("text_padding").GetInt32(),
        one.GetProperty("thickness").GetInt32());

    private static ParityVerdict Screen(JsonElement one, string name)
    {
        PixelSize image = one.GetProperty("image_wh").Size();
        RecognizedText[] texts = [.. one.GetProperty("ocr_xyxy").BoxesXyxy()
            .Zip(one.GetProperty("ocr_text").Texts(), (box, text) => new RecognizedText(box, text, 1))];
        DetectedIcon[] icons = [.. one.GetProperty("detector_xyxy").BoxesXyxy().Select(box => new DetectedIcon(box, 1))];
        IReadOnlyList<ScreenElement> ours = ScreenAssembly.Assemble(image, icons, texts, one.GetProperty("iou_threshold").GetDouble());
        if (one.TryGetProperty("error", out _))
        {
            return ParityVerdict.Exact(name, ours.Count > 0 || icons.Length == 0, "the reference fails here; the icons were expected");
        }

        return ScreenElements(one, name, image, ours) ?? ScreenMarks(one, name, image, ours) ?? ScreenOverlay(one, name, image, ours)
            ?? ParityVerdict.Exact(name, true);
    }

    private static ParityVerdict? ScreenElements(JsonElement one, string name, PixelSize image, IReadOnlyList<ScreenElement> ours)
    {
        const double Bar = 1e-6;
        JsonElement[] theirs = one.GetProperty("elements").Items();
        if (ours.Count != theirs.Length) return ParityVerdict.Exact(name, false, $"{ours.Count} elements, reference {theirs.Length}");
        int withoutText = ours.TakeWhile(element => element.Text is not null).Count();
        int expected = one.GetProperty("first_without_content").GetInt32();
        if ((withoutText == ours.Count ? -1 : withoutText) != expected)
            return ParityVerdict.Exact(name, false, "first element without text");
        for (int index = 0; index < theirs.Length; index++)
        {
            NormalizedBox box = theirs[index].GetProperty("bbox").Fractions(), mine = ours[index].Box.Normalize(image);
            double worst = new[] { mine.X1 - box.X1, mine.Y1 - box.Y1, mine.X2 - box.X2, mine.Y2 - box.Y2 }.Max(Math.Abs);
            bool same = worst <= Bar && ours[index].Text == theirs[index].GetProperty("content").GetString()?.TrimEnd()
                && ours[index].Interactable == theirs[index].GetProperty("interactivity").GetBoolean()
                && (ours[index].Kind == ElementKind.Icon) == (theirs[index].GetProperty("type").GetString() == "icon");
            if (!same) return ParityVerdict.Exact(name, false, $"element {index}: {ours[index]}, reference {theirs[index]}");
            double[] pixels = one.GetProperty("label_coordinates_xywh").GetProperty($"{index}").Numbers();
            PixelBox drawn = ours[index].Box;
            double[] drawnPixels = [drawn.X1, drawn.Y1, drawn.Width, drawn.Height];
            if (!drawnPixels.Select(value => (float)value).SequenceEqual(pixels.Select(value => (float)value)))
            {
                return ParityVerdict.Exact(
                    name, false, $"element {index}: pixels {string.Join(' ', drawnPixels)}, reference {string.Join(' ', pixels)}");
            }
        }

        return null;
    }

    private static ParityVerdict? ScreenMarks(JsonElement one, string name, PixelSize image, IReadOnlyList<ScreenElement> ours)
    {
        LabelSizes sizes = LabelSizes.For(
            image, one.GetProperty("som_font").GetString() == "arial" ? DigitMetrics.Arial : DigitMetrics.DejaVuSans);
        IReadOnlyList<LabelPlace> places = SetOfMark.PlaceLabels([.. ours.Select(element => element.Box)], image, sizes);
        JsonElement[] theirs = one.GetProperty("som").Items();
        for (int index = 0; index < Math.Max(theirs.Length, places.Count); index++)
        {
            PixelBox label = theirs[index].GetProperty("label_yxhw").BoxYxhw();
            if (places[index].Label != label || places[index].Corner != theirs[index].GetProperty("corner").GetInt32())
            {
                return ParityVerdict.Exact(name, false, $"label {index}: {places[index].Label}, reference {label}");
            }
        }

        return null;
    }

    private static ParityVerdict? ScreenOverlay(JsonElement one, string name, PixelSize image, IReadOnlyList<ScreenElement> ours)
    {
        OverlayStyle style = OverlayStyle.For(image.Width);
        PixelBox[] boxes = [.. ours.Select(element => PreviewOverlay.BoxOf(element.Box))];
        JsonElement[] theirs = one.GetProperty("overlay").Items();
        for (int index = 0; index < Math.Max(theirs.Length, boxes.Length); index++)
        {
            OverlayLabel label = PreviewOverlay.Place(index, boxes, image, style);
            (byte red, byte green, byte blue) = PreviewOverlay.Palette[index % PreviewOverlay.Palette.Count];
            byte text = (byte)(PreviewOverlay.TakesBlackText((red, green, blue)) ? 0 : 255);
            JsonElement expected = theirs[index];
            bool same = Whole(boxes[index]).SequenceEqual(expected.GetProperty("box_xyxy").Integers())
                && Whole(label.Label).SequenceEqual(expected.GetProperty("label_xyxy").Integers())
                && expected.GetProperty("text_org_xy").Integers().SequenceEqual([(int)label.TextOrigin.X, (int)label.TextOrigin.Y])
                && expected.GetProperty("palette_rgb").Integers().SequenceEqual([red, green, blue])
                && expected.GetProperty("text_rgb").Integers().SequenceEqual([text, text, text]);
            if (!same) return ParityVerdict.Exact(name, false, $"overlay {index}: {boxes[index]} {label.Label}, reference {expected}");
        }

        return null;
    }

    private static ParityVerdict OverlayLabels(JsonElement one, string name)
    {
        PixelSize image = one.GetProperty("image_wh").Size();
        PixelBox[] boxes = one.GetProperty("boxes_xyxy").BoxesXyxy();
        OverlayStyle style = Style(one.GetProperty("config"));
        JsonElement[] theirs = one.GetProperty("labels").Items();
        for (int index = 0; index < Math.Max(boxes.Length, theirs.Length); index++)
        {
            OverlayLabel ours = PreviewOverlay.Place(index, boxes, image, style);
            bool same = Whole(ours.Label).SequenceEqual(theirs[index].GetProperty("label_xyxy").Integers())
                && theirs[index].GetProperty("text_org_xy").Integers().SequenceEqual([(int)ours.TextOrigin.X, (int)ours.TextOrigin.Y])
                && ours.Text == theirs[index].GetProperty("text_wh").Size();
            if (!same) return ParityVerdict.Exact(name, false, $"label {index}: {ours}, reference {theirs[index]}");
        }

        return ParityVerdict.Exact(name, true);
    }

    private static ParityVerdict OverlayPalette(JsonElement one, string name)
    {
        (byte red, byte green, byte blue) = PreviewOverlay.Palette[one.GetProperty("index").GetInt32() % PreviewOverlay.Palette.Count];
        double luminance = PreviewOverlay.Luminance((red, green, blue));
        int text = PreviewOverlay.TakesBlackText((red, green, blue)) ? 0 : 255;
        bool same = one.GetProperty("rgb").Integers().SequenceEqual([red, green, blue])
            && Math.Abs(luminance - one.GetProperty("luminance").GetDouble()) < 1e-9
            && one.GetProperty("label_text_rgb").Integers().SequenceEqual([text, text, text]);
        return ParityVerdict.Exact(name, same, $"ours {red} {green} {blue}, luminance {luminance}");
    }

    private static int[] Whole(PixelBox box) => [(int)box.X1, (int)box.Y1, (int)box.X2, (int)box.Y2];

    private static ParityVerdict Same<T>(string name, T[] ours, T[] theirs) => ParityVerdict.Exact(
        name, ours.SequenceEqual(theirs), $"ours [{string.Join("; ", ours)}], reference [{string.Join("; ", theirs)}]");
}
