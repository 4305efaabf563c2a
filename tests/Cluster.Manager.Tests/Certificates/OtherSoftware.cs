using Cluster.Testing;
using Cluster.Testing.Processes;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>Runs openssl, certtool, keytool and the tools of NSS on files of a directory.</summary>
internal sealed class OtherSoftware : IDisposable
{
    private static readonly Dictionary<string, string> Environment = new() { ["LC_ALL"] = "C.UTF-8" };

    private readonly TestDirectory directory = new("other-software");

    public void Write(string name, byte[] data) => File.WriteAllBytes(Path.Combine(directory.Path, name), data);

    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(directory.Path, name));

    /// <summary>Runs a command line that must succeed; gives everything that it said.</summary>
    public async Task<string> Run(string commandLine)
    {
        var result = (await Command.RunAsync(
            "/bin/bash", ["-c", $"set -euo pipefail; cd '{directory.Path}'; {commandLine}"], environment: Environment)).Ok();
        return result.Output + result.Error;
    }

    public void Dispose() => directory.Dispose();
}
