using System.Text;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Pki;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Containers;
using Cluster.Pki.Findings;
using Cluster.Pki.Findings.Requests;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Reads what people upload, few at a time: deriving keys from passwords costs processor time.</summary>
internal sealed class UploadReading : IDisposable
{
    private const int MaximumParts = 100;
    private readonly SemaphoreSlim slots = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>Reads every part of an upload; the caller disposes the result.</summary>
    public async Task<Outcome<ReadUpload>> ReadAsync(Upload upload, CancellationToken ct)
    {
        if (upload.Certificates.Count > MaximumParts) return CertificateFailures.TooManyParts(upload.Certificates.Count, MaximumParts);
        await slots.WaitAsync(ct);
        try
        {
            return await Task.Run(() => Read(upload), CancellationToken.None);
        }
        finally
        {
            slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private static Outcome<ReadUpload> Read(Upload upload)
    {
        // All parts share what one upload may cost: many small ones would otherwise hold a slot for hours.
        var options = new ReadOptions { Passwords = Passwords(upload), Budget = new ReadBudget() };
        var parts = new List<(string Pointer, ReadResult Result)>();
        parts.Add(("/data", CertificateReader.Read(upload.Data, options with { Format = upload.Format })));
        if (upload.PrivateKey is { } key) parts.Add(("/privateKey", CertificateReader.Read(key, options)));
        for (var i = 0; i < upload.Certificates.Count; i++)
            parts.Add(($"/certificates/{i}", CertificateReader.Read(upload.Certificates[i], options)));
        var result = new ReadUpload(parts);
        if (parts.Find(p => !p.Result.HasContent) is not { Result: not null } empty) return result;
        var failure = CertificateFailures.Unreadable(empty.Pointer, empty.Result.Problems);
        result.Dispose();
        return failure;
    }

    private static List<string> Passwords(Upload upload) =>
        [.. new[] { upload.PrivateKeyPassword, upload.Password }.OfType<string>().Distinct()];
}

/// <summary>An upload as bytes.</summary>
internal sealed record Upload(ReadOnlyMemory<byte> Data)
{
    /// <summary>Format that the data must have.</summary>
    public ContainerKind? Format { get; init; }

    /// <summary>Password of the container.</summary>
    public string? Password { get; init; }

    /// <summary>The private key, when it came apart.</summary>
    public ReadOnlyMemory<byte>? PrivateKey { get; init; }

    public string? PrivateKeyPassword { get; init; }

    /// <summary>Further certificates.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; init; } = [];

    /// <summary>Digest of the chosen public key.</summary>
    public string? Select { get; init; }

    /// <summary>Never shows passwords.</summary>
    public override string ToString() => $"Upload of {Data.Length} bytes";
}

/// <summary>Everything that was found in an upload.</summary>
internal sealed class ReadUpload : IDisposable
{
    private const int MostJudged = 100;
    private readonly IReadOnlyList<(string Pointer, ReadResult Result)> parts;

    public ReadUpload(IReadOnlyList<(string Pointer, ReadResult Result)> parts)
    {
        this.parts = parts;
        All = new ReadResult
        {
            Containers = [.. parts.SelectMany(p => p.Result.Containers)],
            Certificates = [.. parts.SelectMany(p => p.Result.Certificates)],
            PrivateKeys = [.. parts.SelectMany(p => p.Result.PrivateKeys).DistinctBy(k => k.PublicKeySha256)],
            SigningRequests = [.. parts.SelectMany(p => p.Result.SigningRequests)],
            FriendlyNames = new Dictionary<string, string>(),
            Problems = [.. parts.SelectMany(p => p.Result.Problems)],
            Notes = [.. parts.SelectMany(p => p.Result.Notes).Distinct()],
        };
    }

    /// <summary>All parts as one.</summary>
    public ReadResult All { get; }

    /// <summary>Certificates of all parts.</summary>
    public IReadOnlyList<CertificateInfo> Certificates => All.Certificates;

    /// <summary>The first part that stayed closed for want of the right password, as a failure.</summary>
    public Failure? Locked()
    {
        foreach (var (pointer, result) in parts)
        {
            IReadOnlyList<PkiError> locked = [
                .. result.Problems.Where(
                    p => p.Code is ReadProblem.WrongPassword
                        or ReadProblem.MissingPassword
                        or ReadProblem.UnsupportedAlgorithm
                        or ReadProblem.TooExpensive
                        or ReadProblem.MalformedCertificate
                        or ReadProblem.Damaged)
            ];
            if (locked.Count > 0) return CertificateFailures.Unreadable(pointer, locked);
        }

        return null;
    }

    /// <summary>What the reader had to say although it found something.</summary>
    public IReadOnlyList<CertificateFinding> Notes() =>
        [
            .. All.Problems.Select(p => new CertificateFinding(p.Code, PkiSeverity.Warning, p.Message, p.Hint)),
            .. All.Notes,
            .. All.SigningRequests.DistinctBy(r => r.PublicKey.Sha256).Take(MostJudged).SelectMany(RequestFindings.Evaluate),
        ];

    /// <summary>The same, and what became of the chain's root if it came along.</summary>
    public IReadOnlyList<CertificateFinding> Notes(CertificateChain chain) => chain.Root is { } root && Certificates.Contains(root)
        ?
        [
            .. Notes(),
            new CertificateFinding(
                "root-dropped",
                PkiSeverity.Info,
                $"The root '{root.Subject}' came along and is not served: peers have it, or do not trust it.",
                "Nothing needs to be done. To verify others by it, import it as a trusted authority."),
        ]
        : Notes();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, result) in parts) result.Dispose();
    }
}
