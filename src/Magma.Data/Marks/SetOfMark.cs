using Magma.Vision;

namespace Magma.Data;

/// <summary>
/// Set-of-Mark on a picture: every box gets a number and a label beside it (paper arXiv 2502.13130, section 3.2 and Algorithm 1; the
/// released UI code where the two differ: numbers count from 0). The same marks are drawn for training and for asking a model.
/// </summary>
public static partial class SetOfMark
{
    /// <summary>Numbers the boxes in their order and finds a place for every label.</summary>
    /// <param name="boxes">The boxes, in pixels; the index of a box is its mark's number.</param>
    /// <param name="image">The size of the picture.</param>
    /// <param name="sizes">How large labels are; by default as <see cref="LabelSizes.For"/> says for this picture.</param>
    /// <returns>One mark per box, in the same order.</returns>
    public static IReadOnlyList<Mark> Place(IReadOnlyList<PixelBox> boxes, PixelSize image, LabelSizes? sizes = null)
    {
        sizes ??= LabelSizes.For(image, DigitMetrics.Arial);
        IReadOnlyList<LabelPlace> places = PlaceLabels(boxes, image, sizes);
        return [.. boxes.Select((box, number) => new Mark(number, box, places[number].Label))];
    }

    /// <summary>Finds a place for every label, and says what each of the eight possible places would have cost.</summary>
    /// <param name="boxes">The boxes, in pixels; the index of a box is its mark's number.</param>
    /// <param name="image">The size of the picture.</param>
    /// <param name="sizes">How large labels are.</param>
    public static IReadOnlyList<LabelPlace> PlaceLabels(IReadOnlyList<PixelBox> boxes, PixelSize image, LabelSizes sizes)
    {
        var labels = new List<PixelBox>(boxes.Count);
        var places = new List<LabelPlace>(boxes.Count);
        for (int number = 0; number < boxes.Count; number++)
        {
            PixelBox box = boxes[number];
            // Equal boxes do not see each other; that is how the reference skips the box itself.
            PixelBox[] obstacles = [.. boxes.Where(other => other != box), .. labels];
            LabelPlace place = LabelPlacement.Choose(box, sizes.Of(number), obstacles, image);
            labels.Add(place.Label);
            places.Add(place);
        }

        return places;
    }

    /// <summary>
    /// Boxes as fractions turned into whole pixels, every number of them truncated towards zero (<c>normalized_to_pixel</c>).
    /// </summary>
    /// <param name="left">Left edge, fraction of the width.</param>
    /// <param name="top">Top edge, fraction of the height.</param>
    /// <param name="width">Extent, fraction of the width.</param>
    /// <param name="height">Extent, fraction of the height.</param>
    /// <param name="image">The size of the picture.</param>
    public static PixelBox ToWholePixels(double left, double top, double width, double height, PixelSize image) => PixelBox.FromXywh(
        Math.Truncate(left * image.Width), Math.Truncate(top * image.Height), Math.Truncate(width * image.Width),
        Math.Truncate(height * image.Height));
}
