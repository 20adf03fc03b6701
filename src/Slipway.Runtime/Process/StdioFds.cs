namespace Slipway.Runtime.Process;

/// <summary>The container's ends of its standard streams, as descriptors of this process. Ignored when the container has a terminal.</summary>
public sealed record StdioFds(int Stdin, int Stdout, int Stderr);
