using System.Text;
using Cluster.Contracts.Files;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Access;

namespace Cluster.Manager.Features.Tokens;

/// <summary>
/// DIR/admin.token: durable before the installation is, so that a crash in between loses nothing; removed when another
/// manager was first.
/// </summary>
internal sealed class OwnerTokenFile(string path)
{
    private string? written;

    /// <summary>The secret: of the file when a start before this one ended early, else a new one that is written now.</summary>
    public string Secret()
    {
        if (written is not null) return written;
        written = SecretToken.Make(SecretToken.ApiPrefix);
        if (!AtomicFile.TryCreate(path, Encoding.ASCII.GetBytes(written + "\n"))) written = File.ReadAllText(path).Trim();
        return written.StartsWith(SecretToken.ApiPrefix, StringComparison.Ordinal)
            ? written
            : throw new StartRefusedException(
                $"{path} exists but does not hold a token, and the database is empty. Remove the file and start again.");
    }

    /// <summary>Deletes the file if this start wrote it, because the installation was made by another manager.</summary>
    public void Withdraw()
    {
        if (written is not null) AtomicFile.Delete(path);
    }
}
