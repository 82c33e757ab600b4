using Magma.Data;
using Magma.Vision;

namespace Magma.Perception;

/// <summary>Tells what a shape on a screen seems to be, by its size, its text and how far it stands out.</summary>
internal static class ControlKinds
{
    private const double MostChoice = 26;
    private const double LeastPictureSide = 72;
    private const double LeastSwitchHeight = 12;
    private const double MostSwitchHeight = 36;
    private const double LeastFieldAspect = 2.6;
    private const double MostFieldMargin = 48;

    // A field's ground is that of the page or nearly so; a button's differs, or it has its words in the middle.
    private const int MostFieldContrast = 28;

    public static ElementKind Of(Image image, PixelBox box, IReadOnlyList<PixelBox> texts, double unit)
    {
        PixelBox[] within = [.. texts.Where(text => text.Area > 0 && text.Intersect(box).Area > 0.8 * text.Area)];
        double aspect = box.Width / box.Height;
        bool plain = Contrast(image, box) <= MostFieldContrast;
        if (within.Length == 0)
        {
            if (Math.Max(box.Width, box.Height) <= MostChoice * unit && aspect is > 0.75 and < 1.33) return ElementKind.Choice;
            if (aspect is >= 1.5 and < LeastFieldAspect && box.Height >= LeastSwitchHeight * unit && box.Height <= MostSwitchHeight * unit) return ElementKind.Choice;
            if (aspect >= LeastFieldAspect && plain) return ElementKind.Input;
            return Math.Min(box.Width, box.Height) >= LeastPictureSide * unit && aspect is < LeastFieldAspect ? ElementKind.Image : ElementKind.Icon;
        }

        double left = within.Min(text => text.X1) - box.X1, right = box.X2 - within.Max(text => text.X2);
        bool field = plain && aspect >= LeastFieldAspect && left <= MostFieldMargin * unit && right > (1.8 * left) + (8 * unit);
        return field ? ElementKind.Input : ElementKind.Button;
    }

    // Largest difference in any channel between just inside and just outside, in the middle of the sides.
    private static int Contrast(Image image, PixelBox box)
    {
        const int margin = 4;
        int[] inside = new int[3], outside = new int[3];
        int samples = 0;
        int x = (int)box.Center.X, y = (int)box.Y1;
        (int X, int Y, int OutX, int OutY)[] pairs =
        [
            (x, y + margin, x, y - margin), (x, (int)box.Y2 - 1 - margin, x, (int)box.Y2 - 1 + margin),
        ];
        foreach ((int inX, int inY, int outX, int outY) in pairs)
        {
            if (inX < 0 || outX < 0 || inX >= image.Width || outX >= image.Width || inY < 0 || outY < 0 || inY >= image.Height || outY >= image.Height) continue;
            for (int channel = 0; channel < 3; channel++)
            {
                inside[channel] += image.Pixels[(((inY * image.Width) + inX) * 3) + channel];
                outside[channel] += image.Pixels[(((outY * image.Width) + outX) * 3) + channel];
            }

            samples++;
        }

        return samples == 0 ? 0 : Enumerable.Range(0, 3).Max(channel => Math.Abs(inside[channel] - outside[channel])) / samples;
    }
}
