/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Fortran routines of LAPACK and BLAS in use.  Their integers are int
   here, as in every build of Octave that does not say otherwise.  */

#ifndef SDDE_LAPACK_H
#define SDDE_LAPACK_H

#include <complex.h>

/* Eigenvalues (and vectors) of a real general matrix.  */
void dgeev_ (const char *jobvl, const char *jobvr, const int *n, double *a,
             const int *lda, double *wr, double *wi, double *vl,
             const int *ldvl, double *vr, const int *ldvr, double *work,
             const int *lwork, int *info);

/* The same of a complex one.  */
void zgeev_ (const char *jobvl, const char *jobvr, const int *n,
             double complex *a, const int *lda, double complex *w,
             double complex *vl, const int *ldvl, double complex *vr,
             const int *ldvr, double complex *work, const int *lwork,
             double *rwork, int *info);

/* Real Schur form A = Q T Q', T quasi-triangular in place of A.  */
void dgees_ (const char *jobvs, const char *sort,
             int (*select) (const double *, const double *), const int *n,
             double *a, const int *lda, int *sdim, double *wr, double *wi,
             double *vs, const int *ldvs, double *work, const int *lwork,
             int *bwork, int *info);

/* Hessenberg form A = Q H Q', H above and reflectors of Q below in place of A;
   op (Q) C or C op (Q) by these.  */
void dgehrd_ (const int *n, const int *ilo, const int *ihi, double *a,
              const int *lda, double *tau, double *work, const int *lwork,
              int *info);
void dormhr_ (const char *side, const char *trans, const int *m, const int *n,
              const int *ilo, const int *ihi, const double *a, const int *lda,
              const double *tau, double *c, const int *ldc, double *work,
              const int *lwork, int *info);

/* Singular values, descending, and the vectors that are asked for.  */
void dgesvd_ (const char *jobu, const char *jobvt, const int *m, const int *n,
              double *a, const int *lda, double *s, double *u, const int *ldu,
              double *vt, const int *ldvt, double *work, const int *lwork,
              int *info);

/* The same of a complex matrix.  */
void zgesvd_ (const char *jobu, const char *jobvt, const int *m, const int *n,
              double complex *a, const int *lda, double *s, double complex *u,
              const int *ldu, double complex *vt, const int *ldvt,
              double complex *work, const int *lwork, double *rwork, int *info);

/* The diagonal similarity, of powers of two, that makes rows and columns of
   about equal norm.  */
void dgebal_ (const char *job, const int *n, double *a, const int *lda,
              int *ilo, int *ihi, double *scale, int *info);
/* op (A) X + isgn X op (B) = scale C for quasi-triangular A and B; X takes the
   place of C.  */
void dtrsyl_ (const char *trana, const char *tranb, const int *isgn,
              const int *m, const int *n, const double *a, const int *lda,
              const double *b, const int *ldb, double *c, const int *ldc,
              double *scale, int *info);

/* y = alpha op (A) x + beta y.  */
void dgemv_ (const char *trans, const int *m, const int *n, const double *alpha,
             const double *a, const int *lda, const double *x, const int *incx,
             const double *beta, double *y, const int *incy);

/* C = alpha op (A) op (B) + beta C.  */
void dgemm_ (const char *transa, const char *transb, const int *m, const int *n,
             const int *k, const double *alpha, const double *a, const int *lda,
             const double *b, const int *ldb, const double *beta, double *c,
             const int *ldc);

/* Solves A X = B by LU factors; both are overwritten.  */
void dgesv_ (const int *n, const int *nrhs, double *a, const int *lda,
             int *ipiv, double *b, const int *ldb, int *info);

/* The same of a band matrix: A(i, j) at kl + ku + i - j of column j.  */
void dgbsv_ (const int *n, const int *kl, const int *ku, const int *nrhs,
             double *ab, const int *ldab, int *ipiv, double *b, const int *ldb,
             int *info);

/* The same of a symmetric positive definite A, by Cholesky's factors.  */
void dposv_ (const char *uplo, const int *n, const int *nrhs, double *a,
             const int *lda, double *b, const int *ldb, int *info);

/* P A = L U; the solution of A X = B, or A^H X = B, and the inverse by it.  */
void zgetrf_ (const int *m, const int *n, double complex *a, const int *lda,
              int *ipiv, int *info);
void zgetrs_ (const char *trans, const int *n, const int *nrhs,
              const double complex *a, const int *lda, const int *ipiv,
              double complex *b, const int *ldb, int *info);
void zgetri_ (const int *n, double complex *a, const int *lda, const int *ipiv,
              double complex *work, const int *lwork, int *info);

/* C = alpha op (A) op (B) + beta C.  */
void zgemm_ (const char *transa, const char *transb, const int *m, const int *n,
             const int *k, const double complex *alpha, const double complex *a,
             const int *lda, const double complex *b, const int *ldb,
             const double complex *beta, double complex *c, const int *ldc);

/* Eigenvalues, ascending, and vectors of the symmetric tridiagonal matrix with
   the diagonal D and the N - 1 numbers E beside it; both are overwritten.  */
void dstev_ (const char *jobz, const int *n, double *d, double *e, double *z,
             const int *ldz, double *work, int *info);

#endif
