namespace Magma.Vision;

/// <summary>How pixels between pixels are made when a picture changes its size; the rules are OpenCV's.</summary>
public enum Interpolation
{
    /// <summary>The nearest pixel.</summary>
    Nearest = 0,

    /// <summary>Between the four neighbours, without smoothing first when shrinking.</summary>
    Linear = 1,

    /// <summary>Over 4×4 neighbours.</summary>
    Cubic = 2,

    /// <summary>The mean of the covered area: the right one for shrinking; when growing, as <see cref="Linear"/>.</summary>
    Area = 3,

    /// <summary>Over 8×8 neighbours.</summary>
    Lanczos = 4,
}
