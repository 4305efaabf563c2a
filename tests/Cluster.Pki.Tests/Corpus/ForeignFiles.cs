using Xunit;

namespace Cluster.Pki.Tests.Corpus;

/// <summary>Files that OpenSSL, GnuTLS, NSS and Java wrote, made once for all tests that read them.</summary>
public sealed class ForeignFiles : IAsyncLifetime
{
    /// <summary>Password of the encrypted files.</summary>
    public const string Password = "secret";

    /// <summary>Password outside ASCII.</summary>
    public const string UnicodePassword = "Grüße-ключ-密码";

    private readonly CorpusDirectory directory = new();

    public byte[] Read(string name) => directory.Read(name);

    /// <summary>Every file, in a stable order; small ones, as mutations of large ones find little more.</summary>
    public IReadOnlyList<(string Name, byte[] Data)> All() =>
        [
            .. Directory.EnumerateFiles(directory.Path)
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal)
                .Select(f => (f, Read(f)))
                .Where(f => f.Item2.Length is > 0 and < 64 * 1024)
        ];

    public async ValueTask InitializeAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "make-corpus.sh");
        await Tool.Run("bash", [script], directory: directory.Path);
    }

    public ValueTask DisposeAsync()
    {
        directory.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Shares the files between test classes.</summary>
[CollectionDefinition(nameof(ForeignFiles))]
public sealed class ForeignFilesCollection : ICollectionFixture<ForeignFiles>;
