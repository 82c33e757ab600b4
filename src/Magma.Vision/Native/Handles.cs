using Microsoft.Win32.SafeHandles;

namespace Magma.Vision.Native;

/// <summary>Owns an <c>mv_image</c>.</summary>
internal sealed class ImageHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        VisionNative.ImageFree(handle);
        return true;
    }
}

/// <summary>Owns an <c>mv_buffer</c>.</summary>
internal sealed class BufferHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        VisionNative.BufferFree(handle);
        return true;
    }
}

/// <summary>Owns an <c>mv_font</c>.</summary>
internal sealed class FontHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        VisionNative.FontFree(handle);
        return true;
    }
}

/// <summary>Owns an <c>mv_pyramid</c>.</summary>
internal sealed class PyramidHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        VisionNative.PyramidFree(handle);
        return true;
    }
}
