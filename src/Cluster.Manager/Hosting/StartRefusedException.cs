namespace Cluster.Manager.Hosting;

/// <summary>The manager must not start as things are; the message says why and what to do.</summary>
internal sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
