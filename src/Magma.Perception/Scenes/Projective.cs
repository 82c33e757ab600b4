using Magma.Vision;

namespace Magma.Perception.Scenes;

/// <summary>A projective map of the plane: (x, y) goes to (u / w, v / w) with (u, v, w) = M (x, y, 1).</summary>
/// <param name="M">Nine numbers, row by row.</param>
public readonly record struct Projective(double[] M)
{
    /// <summary>Nothing moves.</summary>
    public static Projective Identity { get; } = new([1, 0, 0, 0, 1, 0, 0, 0, 1]);

    /// <summary>A shift in pixels.</summary>
    public static Projective Shift(double x, double y) => new([1, 0, x, 0, 1, y, 0, 0, 1]);

    /// <summary>A turn and a change of scale about a point.</summary>
    /// <param name="center">The point that stays.</param>
    /// <param name="angle">Radians, clockwise as seen.</param>
    /// <param name="scale">1 keeps sizes.</param>
    public static Projective Turn(PixelPoint center, double angle, double scale)
    {
        double c = scale * Math.Cos(angle), s = scale * Math.Sin(angle);
        return Shift(center.X, center.Y) * new Projective([c, -s, 0, s, c, 0, 0, 0, 1]) * Shift(-center.X, -center.Y);
    }

    /// <summary>What a camera that turns about its own centre sees: K R K⁻¹, for any scene.</summary>
    /// <param name="size">The picture; the principal point is its middle.</param>
    /// <param name="focal">Focal length in pixels.</param>
    /// <param name="yaw">Radians about the vertical axis.</param>
    /// <param name="pitch">Radians about the horizontal axis.</param>
    /// <param name="roll">Radians about the line of sight.</param>
    public static Projective Look(PixelSize size, double focal, double yaw, double pitch, double roll)
    {
        var about = new Projective([Math.Cos(yaw), 0, Math.Sin(yaw), 0, 1, 0, -Math.Sin(yaw), 0, Math.Cos(yaw)]);
        var up = new Projective([1, 0, 0, 0, Math.Cos(pitch), -Math.Sin(pitch), 0, Math.Sin(pitch), Math.Cos(pitch)]);
        var around = new Projective([Math.Cos(roll), -Math.Sin(roll), 0, Math.Sin(roll), Math.Cos(roll), 0, 0, 0, 1]);
        double cx = size.Width / 2.0, cy = size.Height / 2.0;
        var camera = new Projective([focal, 0, cx, 0, focal, cy, 0, 0, 1]);
        return camera * around * up * about * camera.Inverse();
    }

    /// <summary>First <paramref name="b"/>, then <paramref name="a"/>.</summary>
    public static Projective operator *(Projective a, Projective b)
    {
        var product = new double[9];
        for (int i = 0; i < 9; i++)
        {
            for (int k = 0; k < 3; k++) product[i] += a.M[i / 3 * 3 + k] * b.M[k * 3 + i % 3];
        }

        return new Projective(product);
    }

    /// <summary>Where a point goes.</summary>
    public PixelPoint Apply(PixelPoint point)
    {
        double w = M[6] * point.X + M[7] * point.Y + M[8];
        return new PixelPoint((M[0] * point.X + M[1] * point.Y + M[2]) / w, (M[3] * point.X + M[4] * point.Y + M[5]) / w);
    }

    /// <summary>The map back.</summary>
    public Projective Inverse()
    {
        double a = M[4] * M[8] - M[5] * M[7], b = M[5] * M[6] - M[3] * M[8], c = M[3] * M[7] - M[4] * M[6];
        double determinant = M[0] * a + M[1] * b + M[2] * c;
        double[] inverse =
        [
            a, M[2] * M[7] - M[1] * M[8], M[1] * M[5] - M[2] * M[4],
            b, M[0] * M[8] - M[2] * M[6], M[2] * M[3] - M[0] * M[5],
            c, M[1] * M[6] - M[0] * M[7], M[0] * M[4] - M[1] * M[3],
        ];
        return new Projective(Array.ConvertAll(inverse, value => value / determinant));
    }
}
