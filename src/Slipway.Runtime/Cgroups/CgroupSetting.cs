namespace Slipway.Runtime.Cgroups;

/// <summary>One value for one file of a controller.</summary>
/// <param name="Controller">Whose it is.</param>
/// <param name="File">The file's name.</param>
/// <param name="Value">What is written.</param>
internal sealed record CgroupSetting(string Controller, string File, string Value)
{
    /// <summary>Whether a kernel without the file is none the worse.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether the kernel may refuse it until later ones are in place (a period while the old quota holds): then it is written again.</summary>
    public bool MayComeLater { get; init; }

    /// <summary>The file to take where <see cref="File"/> is missing, with its own value.</summary>
    public CgroupSetting? Otherwise { get; init; }

    /// <summary>Whether it is for the v2 tree. Set by whoever knows the host.</summary>
    public bool IsUnified { get; init; }
}
