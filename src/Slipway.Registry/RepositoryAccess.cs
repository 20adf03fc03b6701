namespace Slipway.Registry;

/// <summary>What will be done with a repository.</summary>
public enum RepositoryAccess
{
    /// <summary>Pull.</summary>
    Read,

    /// <summary>Push, and pull to see what is there.</summary>
    Write,
}
