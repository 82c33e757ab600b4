using Magma.Vision;

namespace Magma.Perception;

/// <summary>A point to follow: where it is in one frame.</summary>
/// <param name="Frame">The frame, from 0.</param>
/// <param name="X">To the right, in pixels; 0 is the middle of the first column.</param>
/// <param name="Y">Downwards, in pixels; 0 is the middle of the first row.</param>
public readonly record struct CoTrackerQuery(int Frame, float X, float Y);

/// <summary>
/// The frame that the network works in, 512×384 whatever the video's size, and the points that are followed in it when nothing is known.
/// </summary>
public static class CoTrackerPoints
{
    /// <summary>The size of the frames that the network was trained on.</summary>
    public static readonly PixelSize Frame = new(512, 384);

    /// <summary>Points per side of the grid that is followed along, because points help each other.</summary>
    public const int SupportSide = 6;

    // The network's own share of a frame's width that grids keep free on every side.
    private const int MarginShare = 64;
    private const int DenseColumns = 80;

    /// <summary>Side × side points, evenly spaced, row by row; for side 1 the middle.</summary>
    /// <param name="side">Points per side, at least 1.</param>
    /// <param name="frame">The frame that they are given for.</param>
    /// <param name="size">The picture; its width decides the margin on all sides.</param>
    public static CoTrackerQuery[] Grid(int side, int frame, PixelSize size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        if (side == 1) return [new CoTrackerQuery(frame, size.Width / 2f, size.Height / 2f)];
        double margin = (double)size.Width / MarginShare;
        var points = new CoTrackerQuery[side * side];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = new CoTrackerQuery(
                frame, (float)At(i % side, size.Width), (float)At(i / side, size.Height));
        }

        return points;

        double At(int index, int length) => margin + ((length - (2 * margin)) * index / (side - 1));
    }

    /// <summary>The points of a grid that a mask marks, read at the nearest pixel.</summary>
    /// <param name="grid">Points in <see cref="Frame"/>.</param>
    /// <param name="mask">Row by row, of a picture of <paramref name="size"/>.</param>
    /// <param name="size">The mask's picture, which is stretched over the frame.</param>
    public static CoTrackerQuery[] Marked(IEnumerable<CoTrackerQuery> grid, bool[] mask, PixelSize size)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Length != size.Area) throw new ArgumentException($"A mask of {size} has {size.Area} values, not {mask.Length}.", nameof(mask));
        return [.. grid.Where(point =>
        {
            int column = (int)Math.Round(point.X, MidpointRounding.ToEven), row = (int)Math.Round(point.Y, MidpointRounding.ToEven);
            return mask[(Nearest(row, Frame.Height, size.Height) * size.Width) + Nearest(column, Frame.Width, size.Width)];
        })];
    }

    /// <summary>The pixel of a picture that a pixel of its resized copy is taken from where nothing is mixed.</summary>
    /// <param name="index">The copy's pixel.</param>
    /// <param name="resized">The copy's length.</param>
    /// <param name="length">The picture's length.</param>
    public static int Nearest(int index, int resized, int length) => (int)((long)index * length / resized);

    /// <summary>
    /// Every pixel of a clip in lattices that are followed one after the other: a point every width / 80 columns and rows, shifted by one
    /// pixel from lattice to lattice; what is left over at the right and at the bottom is not followed.
    /// </summary>
    /// <param name="frame">The frame that they are given for.</param>
    /// <param name="size">The clip, at least 80 pixels wide.</param>
    /// <returns>Points in pixels of the clip.</returns>
    /// <exception cref="ArgumentException">The clip is too narrow.</exception>
    public static IEnumerable<CoTrackerQuery[]> Dense(int frame, PixelSize size)
    {
        int step = size.Width / DenseColumns;
        if (step == 0)
        {
            throw new ArgumentException($"Every pixel can be followed in clips at least {DenseColumns} wide, not {size}.", nameof(size));
        }

        int columns = size.Width / step, rows = size.Height / step;
        for (int shift = 0; shift < step * step; shift++)
        {
            (int left, int top) = (shift % step, shift / step);
            yield return [.. Enumerable.Range(0, columns * rows).Select(i =>
                new CoTrackerQuery(frame, (i % columns * step) + left, (i / columns * step) + top))];
        }
    }
}

/// <summary>From a clip's pixels to those of <see cref="CoTrackerPoints.Frame"/> and back: the middles of the corner pixels coincide.</summary>
internal readonly struct CoTrackerScale(PixelSize clip)
{
    private readonly float _x = clip.Width > 1 ? (float)((CoTrackerPoints.Frame.Width - 1.0) / (clip.Width - 1)) : 0;
    private readonly float _y = clip.Height > 1 ? (float)((CoTrackerPoints.Frame.Height - 1.0) / (clip.Height - 1)) : 0;
    private readonly float _backX = (float)((clip.Width - 1) / (CoTrackerPoints.Frame.Width - 1.0));
    private readonly float _backY = (float)((clip.Height - 1) / (CoTrackerPoints.Frame.Height - 1.0));

    public CoTrackerQuery ToFrame(CoTrackerQuery query) => query with { X = query.X * _x, Y = query.Y * _y };

    public (float X, float Y) ToClip(float x, float y) => (x * _backX, y * _backY);
}
