using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
using Cluster.Pki.Keys;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Makes keys off the request threads, in a bounded queue: RSA of 4096 bits takes seconds.</summary>
internal sealed class KeyMaking : IDisposable
{
    private const int MostWaiting = 64;

    private readonly SemaphoreSlim slots = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int waiting;

    /// <summary>Makes a key; the caller disposes it.</summary>
    public async Task<Outcome<PrivateKeyMaterial>> MakeAsync(KeySpecification specification, CancellationToken ct)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return CertificateFailures.KeyQueueFull;
        }

        try
        {
            await slots.WaitAsync(ct);
            try
            {
                return await Task.Run(() => PrivateKeyMaterial.Generate(specification), CancellationToken.None);
            }
            finally
            {
                slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Reads the kind of key that a request asks for; absent = RSA of 2048 bits.</summary>
    public static Outcome<KeySpecification> Read(NewKeyShape? asked, string pointer)
    {
        if (asked is null) return KeySpecification.Rsa2048;
        if (asked.Algorithm != NewKeyAlgorithm.Rsa && asked.Size is not null)
            return CommonFailures.Invalid($"{pointer}/size", FieldErrorCodes.Range, "Only RSA keys have a size; an EC key has a curve.");
        if (asked.Algorithm != NewKeyAlgorithm.Ec && asked.Curve is not null)
            return CommonFailures.Invalid($"{pointer}/curve", FieldErrorCodes.Range, "Only EC keys have a curve.");
        KeySpecification? specification = asked switch
        {
            { Algorithm: NewKeyAlgorithm.Ed25519 } => KeySpecification.Ed25519,
            { Algorithm: NewKeyAlgorithm.Ec, Curve: null or "p-256" or "P-256" } => KeySpecification.EcP256,
            { Algorithm: NewKeyAlgorithm.Ec, Curve: "p-384" or "P-384" } => KeySpecification.EcP384,
            { Algorithm: NewKeyAlgorithm.Ec, Curve: "p-521" or "P-521" } => KeySpecification.EcP521,
            { Algorithm: NewKeyAlgorithm.Rsa } => new KeySpecification(KeyAlgorithm.Rsa, asked.Size ?? 2048),
            _ => null,
        };
        if (specification is null) return CommonFailures.Invalid(
            $"{pointer}/curve", FieldErrorCodes.Range, "The curve is p-256, p-384 or p-521.");
        return specification.Value.IsSupported
            ? specification.Value
            : CommonFailures.Invalid($"{pointer}/size", FieldErrorCodes.Range, "An RSA key has 2048, 3072 or 4096 bits.");
    }

    /// <summary>Name of an algorithm in REST and storage.</summary>
    public static string NameOf(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.RsaPss => "rsa-pss",
        _ => algorithm.ToString().ToLowerInvariant(),
    };

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();
}
