namespace Magma.Data;

/// <summary>How actions are brought to about -1..1.</summary>
public enum ActionNormalization
{
    /// <summary>(x - mean) / std, without clipping.</summary>
    Normal,

    /// <summary>min..max to -1..1, clipped.</summary>
    Bounds,

    /// <summary>q01..q99 to -1..1, clipped: what Magma was trained with.</summary>
    BoundsQ99,
}
