using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Findings;

/// <summary>
/// What judging may cost, counted in work and not in time, so that the same input always gets the same answer: steps are
/// comparisons of names and candidates looked at, signatures are verifications. Whoever asked may go away, which stops it, too.
/// For one thread.
/// </summary>
public sealed class WorkBudget
{
    /// <summary>Steps of one certificate: a quarter of the comparisons at which OpenSSL gives up on name constraints.</summary>
    public const int StepsOfCertificate = 1 << 18;

    /// <summary>Signatures of one certificate, the number at which Go gives up on a chain; costly keys count several times.</summary>
    public const int SignaturesOfCertificate = 100;

    /// <summary>Steps of all certificates of one file.</summary>
    public const int StepsOfFile = 1 << 21;

    /// <summary>Signatures for all certificates of one file.</summary>
    public const int SignaturesOfFile = 1_000;

    private readonly WorkBudget? whole;
    private readonly CancellationToken stop;
    private Dictionary<(string Certificate, string Key), bool>? verified;
    private int steps;
    private int signatures;

    private WorkBudget(int steps, int signatures, WorkBudget? whole, CancellationToken stop) =>
        (this.steps, this.signatures, this.whole, this.stop) = (steps, signatures, whole, stop);

    /// <summary>The budget of one certificate that is judged by itself.</summary>
    /// <param name="stop">Stops the work when nobody waits for it any more.</param>
    public static WorkBudget ForCertificate(CancellationToken stop = default) =>
        new(StepsOfCertificate, SignaturesOfCertificate, whole: null, stop);

    /// <summary>The budget of a file; its certificates share it.</summary>
    /// <param name="stop">Stops the work when nobody waits for it any more.</param>
    public static WorkBudget ForFile(CancellationToken stop = default) => new(StepsOfFile, SignaturesOfFile, whole: null, stop);

    /// <summary>The budget of one certificate of many that share this one.</summary>
    public WorkBudget Part() => new(StepsOfCertificate, SignaturesOfCertificate, this, stop);

    /// <summary>Whether whoever asked is gone.</summary>
    internal bool Stopped => stop.IsCancellationRequested;

    /// <summary>Counts work before it is done; every loop over what a stranger made long calls it.</summary>
    /// <exception cref="WorkExhaustedException">It was used up.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    internal void Step(int count = 1)
    {
        stop.ThrowIfCancellationRequested();
        steps = Take(steps, count);
        whole?.Step(count);
    }

    /// <summary>Whether the issuer's name fits and its key made the signature; asked again, it costs a step only.</summary>
    /// <exception cref="WorkExhaustedException">It was used up.</exception>
    internal bool IsIssuedBy(CertificateInfo certificate, CertificateInfo issuer)
    {
        Step();
        return certificate.NamesIssuer(issuer) && Verifies(certificate, issuer.PublicKey, certificate.IsIssuedBy, issuer);
    }

    /// <summary>Whether it is signed by its own key.</summary>
    /// <exception cref="WorkExhaustedException">It was used up.</exception>
    internal bool IsSelfSigned(CertificateInfo certificate)
    {
        Step();
        return certificate.IsSelfIssued && Verifies(certificate, certificate.PublicKey, static c => c.IsSelfSigned, certificate);
    }

    private bool Verifies(CertificateInfo certificate, PublicKeyMaterial key, Func<CertificateInfo, bool> verify, CertificateInfo about)
    {
        verified ??= [];
        var pair = (certificate.Sha256, key.Sha256);
        if (verified.TryGetValue(pair, out var known)) return known;
        Sign(SignatureCost.Of(key));
        return verified[pair] = verify(about);
    }

    private void Sign(int cost)
    {
        signatures = Take(signatures, cost);
        whole?.Sign(cost);
    }

    private static int Take(int left, int count) => count <= left ? left - count : throw new WorkExhaustedException();
}
