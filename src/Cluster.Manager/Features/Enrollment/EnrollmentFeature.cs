namespace Cluster.Manager.Features.Enrollment;

/// <summary>How hosts get, renew, recover and give up their identities.</summary>
internal static class EnrollmentFeature
{
    /// <summary>Adds enrolment.</summary>
    public static IServiceCollection AddEnrollment(this IServiceCollection services) => services
        .AddSingleton<IdentityGate>()
        .AddSingleton<AttemptLimiter>()
        .AddSingleton<IdentityIssuing>()
        .AddSingleton<MachineLayers>()
        .AddSingleton<Rejoining>()
        .AddSingleton<JoinMachine>()
        .AddSingleton<RenewIdentity>()
        .AddSingleton<RecoverIdentity>()
        .AddSingleton<RecoveryChallenges>()
        .AddSingleton<LeaveCluster>();
}
