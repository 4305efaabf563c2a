using Xunit;

namespace Cluster.Pki.Tests.Corpus;

/// <summary>Files that OpenSSL, GnuTLS, NSS and Java wrote, made once for all tests that read them.</summary>
public sealed class ForeignFiles : IAsyncLifetime
{
    /// <summary>Password of the encrypted files.</summary>
    public const string Password = "secret";

    /// <summary>Password outside ASCII.</summary>
    public const string UnicodePassword = "Grüße-ключ-密码";

    private readonly CorpusDirectory _directory = new();

    public byte[] Read(string name) => _directory.Read(name);

    public async ValueTask InitializeAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "make-corpus.sh");
        await Tool.Run("bash", [script], directory: _directory.Path);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Shares the files between test classes.</summary>
[CollectionDefinition(nameof(ForeignFiles))]
public sealed class ForeignFilesCollection : ICollectionFixture<ForeignFiles>;
