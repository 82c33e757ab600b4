namespace Magma.Data;

/// <summary>What a question about a marked screen asks for (paper arXiv 2502.13130, supplement B.1.1).</summary>
public enum ScreenTask
{
    /// <summary>A text is given, its click point and mark are asked for.</summary>
    TextToPoint,

    /// <summary>A text is given, its box and mark are asked for.</summary>
    TextToBox,

    /// <summary>A point is given, the text there and its mark are asked for.</summary>
    PointToText,

    /// <summary>A box is given, the text in it and its mark are asked for.</summary>
    BoxToText,

    /// <summary>The click points and marks of all input fields are asked for.</summary>
    InputToPoint,

    /// <summary>The boxes and marks of all input fields are asked for.</summary>
    InputToBox,
}
