namespace Magma.Vision;

/// <summary>How a network wants its pixels: (value − mean) / deviation for every channel, values from 0 to 255.</summary>
/// <param name="Mean">Of the first, second and third plane, on the scale 0 to 255.</param>
/// <param name="Deviation">Of the first, second and third plane, on the scale 0 to 255; not 0.</param>
/// <param name="BlueFirst">Whether the planes are blue, green, red instead of red, green, blue.</param>
public readonly record struct PlaneFormat((float, float, float) Mean, (float, float, float) Deviation, bool BlueFirst = false);
