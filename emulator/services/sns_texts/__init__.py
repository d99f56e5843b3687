"""SNS as far as it concerns phones, in front of moto's, which has everything else of SNS."""
