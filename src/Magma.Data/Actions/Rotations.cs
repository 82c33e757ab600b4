namespace Magma.Data;

/// <summary>Rotations between the forms that robots and data sets use. Angles in radians.</summary>
public static class Rotations
{
    private const double MachineEpsilon = 2.220446049250313e-16;

    /// <summary>Roll, pitch, yaw about fixed x, y, z to an axis times its angle; the angle (up to 2π) is not folded.</summary>
    public static (double X, double Y, double Z) EulerToAxisAngle(double roll, double pitch, double yaw)
    {
        (double si, double ci) = Math.SinCos(roll / 2);
        (double sj, double cj) = Math.SinCos(pitch / 2);
        (double sk, double ck) = Math.SinCos(yaw / 2);
        // The order of operations is the reference's (transforms3d): near no rotation the arc cosine magnifies the last bit.
        double cc = ci * ck, cs = ci * sk, sc = si * ck, ss = si * sk;
        double w = (cj * cc) + (sj * ss), x = (cj * sc) - (sj * cs), y = (cj * ss) + (sj * cc), z = (cj * cs) - (sj * sc);
        double norm = Math.Sqrt((w * w) + (x * x) + (y * y) + (z * z));
        (w, x, y, z) = (w / norm, x / norm, y / norm, z / norm);
        double length = Math.Sqrt((x * x) + (y * y) + (z * z));
        if (length < 3 * MachineEpsilon) return default;
        double angle = 2 * Math.Acos(Math.Clamp(w, -1, 1)) / length;
        return (x * angle, y * angle, z * angle);
    }

    /// <summary>A quaternion to an axis times its angle; q and -q give different vectors, as in robosuite.</summary>
    public static (double X, double Y, double Z) QuaternionToAxisAngle(double x, double y, double z, double w)
    {
        w = Math.Clamp(w, -1, 1);
        double sine = Math.Sqrt(1 - (w * w));
        if (sine == 0) return default;
        double angle = 2 * Math.Acos(w) / sine;
        return (x * angle, y * angle, z * angle);
    }

    /// <summary>
    /// A quaternion to roll, pitch, yaw about fixed x, y, z. The quaternion should be of length 1 and is not brought to it: the formulas
    /// are applied as they stand, as in training; a pitch beyond straight up or down becomes that.
    /// </summary>
    public static (double Roll, double Pitch, double Yaw) QuaternionToEuler(double x, double y, double z, double w) =>
    (
        Math.Atan2(2 * ((y * z) + (w * x)), 1 - (2 * ((x * x) + (y * y)))),
        Math.Asin(Math.Clamp(2 * ((w * y) - (x * z)), -1, 1)),
        Math.Atan2(2 * ((x * y) + (w * z)), 1 - (2 * ((y * y) + (z * z))))
    );
}
