namespace Slipway.Registry.Auth;

/// <summary>
/// The programs <c>docker-credential-NAME</c>, which keep credentials in a desktop's or cloud's own place
/// (github.com/docker/docker-credential-helpers, protocol). Registry starts no processes: whoever may implements it.
/// </summary>
public interface ICredentialHelper
{
    /// <summary>Runs one.</summary>
    /// <param name="name">The part of its name behind <c>docker-credential-</c>.</param>
    /// <param name="verb"><c>get</c>, <c>store</c> or <c>erase</c>.</param>
    /// <param name="input">For its standard input.</param>
    /// <returns>Its exit code and what it printed.</returns>
    /// <exception cref="Slipway.Oci.SlipwayException">NotFound: there is no such program; Unavailable: it does not end.</exception>
    (int ExitCode, byte[] Output) Run(string name, string verb, byte[] input);
}
