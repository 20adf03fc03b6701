using Slipway.Oci;
using Slipway.Oci.Image;

namespace Slipway.Engine.Builds;

/// <summary>Whether this machine runs programs for another processor: by itself, or by an interpreter that the kernel was told of (binfmt_misc).</summary>
internal static class ForeignProcessors
{
    private const string Registered = "/proc/sys/fs/binfmt_misc";

    // What processors run beside their own.
    private static readonly (string Host, string Guest)[] s_native = [("amd64", "386"), ("arm64", "arm")];

    /// <summary>Refuses a step whose programs nothing here could execute: the kernel would say no more than "exec format error".</summary>
    /// <exception cref="SlipwayException">NotSupported: with what to install.</exception>
    public static void Require(Platform platform)
    {
        string host = Platform.Host.Architecture, guest = platform.Architecture;
        if (guest == host || s_native.Contains((host, guest)) || HasInterpreter(guest))
            return;
        throw new SlipwayException(ErrorKind.NotSupported, $"RUN in an image for {platform}: this machine is {Platform.Host}, and no emulator is registered for {guest}")
        {
            Hint = $"install one (Debian: apt-get install qemu-user-static binfmt-support), or build this stage with FROM --platform=$BUILDPLATFORM and cross-compile",
        };
    }

    private static bool HasInterpreter(string guest)
    {
        string machine = guest switch
        {
            "arm64" => "aarch64",
            "amd64" => "x86_64",
            "386" => "i386",
            "mips64le" => "mips64el",
            "ppc64le" => "ppc64le",
            _ => guest,
        };
        try
        {
            return Directory.EnumerateFiles(Registered, "*" + machine + "*").Any(file => File.ReadLines(file).FirstOrDefault() == "enabled");
        }
        catch (IOException)
        {
            return false;
        }
    }
}
